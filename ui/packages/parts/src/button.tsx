import type { ReactNode } from "react";

export interface ButtonProps {
  children: ReactNode;
  onPress: () => void;
  /** How much it matters. */
  look?: "main" | "plain" | "quiet" | "danger" | "chip";
  disabled?: boolean;
  /** Of a choice: whether it is the one chosen. */
  pressed?: boolean;
  label?: string;
  className?: string;
}

/** A button of at least 15 mm. Disabled ones stay readable. */
export function Button({ children, onPress, look = "plain", disabled, pressed, label, className = "" }: ButtonProps) {
  return (
    <button
      type="button"
      className={`button ${look} ${className}`}
      disabled={disabled ?? false}
      aria-pressed={pressed}
      aria-label={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
