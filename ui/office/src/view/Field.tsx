interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  readonly kind?: "text" | "password" | "date" | "search";
  readonly complete?: string;
  /** Only digits and a mark are typed. */
  readonly digits?: boolean;
  /** What is behind the value: a currency, a percent sign. */
  readonly unit?: string;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
}

/** A line to type in, with its name above and what is wrong with it below. */
export function Field({ name, label, value, onType, kind = "text", complete = "off", digits = false, unit, wrong }: FieldProps) {
  const id = `field-${name}`;
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      <span className="line">
        <input
          id={id}
          name={name}
          type={kind}
          value={value}
          dir="auto"
          maxLength={200}
          autoComplete={complete}
          inputMode={digits ? "decimal" : undefined}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
          onChange={({ target }) => onType(target.value)}
        />
        {unit !== undefined && <small>{unit}</small>}
      </span>
      {wrong !== undefined && (
        <small className="wrong" id={`${id}-wrong`}>
          {wrong}
        </small>
      )}
    </label>
  );
}
