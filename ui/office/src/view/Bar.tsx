/** How much of a whole is used: drawn, and said beside it by whoever draws it. */
export function Bar({ used, whole, label }: { readonly used: number; readonly whole: number; readonly label: string }) {
  return <meter className="bar" min={0} max={Math.max(whole, 1)} value={Math.min(used, whole)} aria-label={label} />;
}
