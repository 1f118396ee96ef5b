import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Extent } from "../core/letterbox";

/** How large an element is drawn, in CSS pixels; follows it. */
export function useSize(ref: RefObject<HTMLElement | null>): Extent {
  const [size, setSize] = useState<Extent>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const read = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
