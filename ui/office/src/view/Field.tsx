import type { ReactNode } from "react";

interface LabelledProps {
  readonly name: string;
  readonly label: string;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
}

/** What an input says of its mistake to those who do not see it. */
const mistake = (id: string, wrong: string | undefined) => ({ "aria-invalid": wrong !== undefined, "aria-describedby": wrong === undefined ? undefined : `${id}-wrong` });

/** Something to fill in, with its name above and what is wrong with it below. */
function Labelled({ name, label, wrong, children }: LabelledProps & { readonly children: ReactNode }) {
  const id = `field-${name}`;
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      <span className="line">{children}</span>
      {wrong !== undefined && (
        <small className="wrong" id={`${id}-wrong`}>
          {wrong}
        </small>
      )}
    </label>
  );
}

interface FieldProps extends LabelledProps {
  readonly value: string;
  readonly onType: (value: string) => void;
  readonly kind?: "text" | "password" | "date" | "search";
  readonly complete?: string;
  /** Only digits and a mark are typed. */
  readonly digits?: boolean;
  /** What is behind the value: a currency, a percent sign. */
  readonly unit?: string;
}

/** A line to type in. */
export function Field({ value, onType, kind = "text", complete = "off", digits = false, unit, ...labelled }: FieldProps) {
  const id = `field-${labelled.name}`;
  return (
    <Labelled {...labelled}>
      <input
        id={id}
        name={labelled.name}
        type={kind}
        value={value}
        dir="auto"
        maxLength={200}
        autoComplete={complete}
        inputMode={digits ? "decimal" : undefined}
        {...mistake(id, labelled.wrong)}
        onChange={({ target }) => onType(target.value)}
      />
      {unit !== undefined && <small>{unit}</small>}
    </Labelled>
  );
}

interface OptionsProps extends LabelledProps {
  readonly value: string;
  readonly onChoose: (value: string) => void;
  /** `option`s, in groups or not. */
  readonly children: ReactNode;
}

/** A list to choose one of. */
export function Options({ value, onChoose, children, ...labelled }: OptionsProps) {
  const id = `field-${labelled.name}`;
  return (
    <Labelled {...labelled}>
      <select id={id} name={labelled.name} value={value} {...mistake(id, labelled.wrong)} onChange={({ target }) => onChoose(target.value)}>
        {children}
      </select>
    </Labelled>
  );
}
