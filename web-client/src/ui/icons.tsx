/** Line icons on a 24 by 24 grid, drawn for this client. Decorative: words stand beside them. */

const PATHS = {
  sonopair: "M12 4 4.500 16.500a9.500 9.500 0 0 0 15 0ZM8.500 13.500a5 5 0 0 0 7 0",
  check: "m5 12.500 4.500 4.500L19 7.500",
  close: "m6 6 12 12M18 6 6 18",
  alert: "M12 4 2.500 20h19ZM12 10v4.500M12 17.200v.1",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.500V12l3 2",
  pulse: "M3 12h4l2.500-7 5 14L17 12h4",
  expand: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  shrink: "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5",
  keyboard: "M3 6h18v12H3ZM7 10h.1M10.300 10h.1M13.700 10h.1M17 10h.1M8 14h8",
  end: "M12 3v8M6.300 6.800a8 8 0 1 0 11.400 0",
  mask: "M4 5h16v14H4ZM8 9h8v6H8Z",
  signal_off: "M3 3l18 18M7 7.500H4v9h4.500V19h7M11 7.500h9v9",
  snow: "M12 3v18M4.200 7.500l15.600 9M4.200 16.500l15.600-9",
  play: "M8 5v14l11-7Z",
  link: "M10 14a4.500 4.500 0 0 0 6.400 0l3-3A4.500 4.500 0 0 0 13 4.600l-1 1M14 10a4.500 4.500 0 0 0-6.400 0l-3 3A4.500 4.500 0 0 0 11 19.400l1-1",
  tabs: "M8 8V4h12v12h-4M4 8h12v12H4Z",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Z",
  network:
    "M3 9.500a13 13 0 0 1 18 0M6 13a8.500 8.500 0 0 1 12 0M9 16.500a4.200 4.200 0 0 1 6 0M12 19.700v.1",
  screen: "M3 5h18v11H3ZM8 20h8M12 16v4",
  undo: "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-3",
  redo: "m16 5 4 4-4 4M20 9H10a5.500 5.500 0 0 0 0 11h3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  rectangle:
    "M5 7h14v10H5ZM3.500 5.500h3v3h-3ZM17.500 5.500h3v3h-3ZM3.500 15.500h3v3h-3ZM17.500 15.500h3v3h-3Z",
  polygon: "m12 4 8.500 6.500-3.500 9H7l-3.500-9Z",
  pointer: "m5 3 14 8-6 2-3 6Z",
  camera: "M4 8h4l1.500-2.500h5L16 8h4v11H4ZM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z",
  people:
    "M9 4.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM2.500 20a6.500 6.500 0 0 1 13 0M15.500 5a3.500 3.500 0 0 1 0 6.500M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
