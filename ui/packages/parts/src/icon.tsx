const PATHS = {
  undo: "M9 5 4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3",
  rub: "M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6",
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  close: "M6 6l12 12M18 6 6 18",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0",
  scan: "M4 8V4h4M20 8V4h-4M4 16v4h4M20 16v4h-4M7 9v6M10 9v6M13 9v6M17 9v6",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM15 15l6 6",
  check: "M4 12l5 6L20 6",
  warn: "M12 3 2 21h20zM12 10v5M12 18v.5",
  star: "M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2 6.4 20.3l1.2-6.3L3 9.6l6.3-.8z",
  cloud: "M7 18a5 5 0 1 1 1-9.9A6 6 0 0 1 19 10a4 4 0 0 1 0 8z",
  print: "M7 8V3h10v5M5 8h14v8H5zM7 14h10v7H7z",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18h2",
  tag: "M20 12l-8 8-9-9V3h8zM7.5 7.5v.01",
  place: "M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12zM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  page: "M5 5h14v14H5zM8 9h8M8 12h8M8 15h5",
  cup: "M5 9h11v5a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 11h1a2.5 2.5 0 0 1 0 5h-1.4M8 3v3M12 3v3",
  wait: "M12 7v5l3 3M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  share: "M12 15V3M8 7l4-4 4 4M6 11H5v10h14V11h-1",
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
