const PATHS = {
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18h2",
  cards: "M20 12l-8 8-9-9V3h8zM7.5 7.5v.01",
  feed: "M5 5h14v14H5zM8 9h8M8 12h8M8 15h5",
  menu: "M5 9h11v5a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 11h1a2.5 2.5 0 0 1 0 5h-1.4M8 3v3M12 3v3",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  check: "M4 12l5 6L20 6",
  off: "M3 3l18 18M8.5 8.5A6 6 0 0 0 7 18h10M19.6 15.4A4 4 0 0 0 18 8a6 6 0 0 0-7-3",
  wait: "M12 7v5l3 3M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  share: "M12 15V3M8 7l4-4 4 4M6 11H5v10h14V11h-1",
  large: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawn sign; beside words, so it is hidden from those who listen. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
