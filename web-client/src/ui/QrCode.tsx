import { useMemo } from "preact/hooks";
import qrcode from "qrcode-generator";

/** Modules of white that a reader needs around it. Source: ISO/IEC 18004, 9.1. */
const QUIET = 4;

/** A link for a phone's camera: dark on white whatever the page looks like. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path
        class="paper"
        d={`M${-QUIET} ${-QUIET}h${size + 2 * QUIET}v${size + 2 * QUIET}H${-QUIET}Z`}
      />
      <path d={path} />
    </svg>
  );
}

function drawn(text: string): { size: number; path: string } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1Z`;
    }
  }
  return { size, path };
}
