/** What the set-up page is doing: one picture, the regions drawn on it, and how to take it back. */

import { computed, signal } from "@preact/signals";
import { begin, type History, push, redo, undo } from "../../core/history";
import type { Extent, Point } from "../../core/letterbox";
import {
  fromWire,
  isSlip,
  MAX_REGIONS,
  middleRect,
  type Polygon,
  type Region,
  toWire,
} from "../../core/regions";
import { ApiError, type Problem } from "../../net/api";
import {
  confirmProfile,
  fetchFrame,
  fetchProfile,
  freezeAgain,
  look,
  openSession,
  type Proposal,
} from "../../net/setup";

export type Tool = "select" | "rect" | "polygon";
export type Phase = "opening" | "closed" | "drawing" | "confirmed";

export class Editor {
  readonly phase = signal<Phase>("opening");
  readonly problem = signal<Problem | undefined>(undefined);
  readonly busy = signal(false);
  readonly imageUrl = signal<string | undefined>(undefined);
  readonly size = signal<Extent>({ width: 0, height: 0 });
  readonly history = signal<History<readonly Region[]>>(begin([]));
  readonly selected = signal<number | undefined>(undefined);
  readonly tool = signal<Tool>("rect");
  readonly preview = signal(false);
  readonly name = signal("");
  readonly mmPerPixel = signal("");
  readonly agreed = signal(false);
  /** How far a look at the scanner for a proposal is, 0 to 1; undefined: there is none. */
  readonly looking = signal<number | undefined>(undefined);
  readonly proposal = signal<Proposal | undefined>(undefined);
  readonly regions = computed(() => this.history.value.present);
  #proposed: readonly Region[] | undefined;

  /** The areas are the ones that were proposed with certainty: one tap confirms them. */
  readonly asProposed = computed(
    () =>
      this.proposal.value?.sureness === "sure" &&
      this.history.value.present === this.#proposed &&
      this.regions.value.length > 0,
  );

  /** What is still missing before the mask can be confirmed, in words. */
  readonly missing = computed(() => {
    const missing: string[] = [];
    if (this.regions.value.length === 0) missing.push("mark at least one area");
    if (!this.name.value.trim()) missing.push("give it a name");
    if (parseScale(this.mmPerPixel.value) === undefined) missing.push("correct the scale");
    if (!this.agreed.value && !this.asProposed.value) missing.push("tick the box");
    return missing;
  });

  async open(token: string | undefined): Promise<void> {
    try {
      if (token) await openSession(token);
      await this.#showFrame();
      await this.#loadProfile();
      this.phase.value = "drawing";
    } catch (error) {
      this.problem.value = problemOf(error);
      this.phase.value = "closed";
      return;
    }
    if (this.regions.value.length === 0) await this.propose();
  }

  /** Looks at the scanner for some seconds, until somebody draws by hand instead. */
  async propose(): Promise<void> {
    if (this.looking.value !== undefined) return;
    this.looking.value = 0;
    this.problem.value = undefined;
    this.proposal.value = undefined;
    try {
      const found = await this.#look();
      if (found && this.looking.value !== undefined) await this.#take(found);
    } catch (error) {
      if (this.looking.value !== undefined) this.problem.value = problemOf(error);
    } finally {
      this.looking.value = undefined;
    }
  }

  async #look(): Promise<Proposal | undefined> {
    for (let anew = true; this.looking.value !== undefined; anew = false) {
      const { share, proposal } = await look(anew);
      if (proposal) return proposal;
      if (this.looking.value !== undefined) this.looking.value = share;
    }
    return undefined;
  }

  stopLooking(): void {
    this.looking.value = undefined;
  }

  async freeze(): Promise<void> {
    await this.#attempt(async () => {
      await freezeAgain();
      await this.#showFrame();
      const { picture } = await fetchProfile();
      if (picture) this.#resize(picture);
      this.agreed.value = false;
    });
  }

  async confirm(): Promise<void> {
    this.stopLooking();
    await this.#attempt(async () => {
      await confirmProfile({
        name: this.name.value.trim(),
        size: [this.size.value.width, this.size.value.height],
        regions: this.regions.value.map(toWire),
        mm_per_pixel: parseScale(this.mmPerPixel.value) ?? null,
      });
      this.phase.value = "confirmed";
    });
  }

  /** Ignored when it is too small to have been meant. */
  add(region: Region): void {
    const regions = this.regions.value;
    this.tool.value = "select";
    if (isSlip(region) || regions.length >= MAX_REGIONS) return;
    this.#change([...regions, region]);
    this.selected.value = regions.length;
  }

  addInTheMiddle(kind: Region["kind"]): void {
    const rect = middleRect(this.size.value);
    this.add(kind === "rect" ? rect : sectorIn(rect));
  }

  replace(index: number, region: Region): void {
    if (isSlip(region)) return;
    this.#change(this.regions.value.map((each, i) => (i === index ? region : each)));
  }

  remove(index: number): void {
    this.#change(this.regions.value.filter((_, i) => i !== index));
    this.selected.value = undefined;
  }

  undo(): void {
    this.#travel(undo(this.history.value));
  }

  redo(): void {
    this.#travel(redo(this.history.value));
  }

  #change(regions: readonly Region[]): void {
    this.looking.value = undefined;
    this.#travel(push(this.history.value, regions));
  }

  /** Whoever agreed, agreed to the areas as they were. */
  #travel(history: History<readonly Region[]>): void {
    this.history.value = history;
    this.agreed.value = false;
    const selected = this.selected.value;
    if (selected !== undefined && selected >= history.present.length) {
      this.selected.value = undefined;
    }
  }

  /** Over the last picture of the look, as one step that can be undone. */
  async #take(proposal: Proposal): Promise<void> {
    await this.#showFrame();
    const { picture } = await fetchProfile();
    if (picture) this.#resize(picture);
    this.proposal.value = proposal;
    const regions = proposal.regions.flatMap((region) => fromWire(region) ?? []);
    if (regions.length === 0) return;
    this.#proposed = regions;
    this.#change(regions);
    this.tool.value = "select";
    const { width, height } = this.size.value;
    if (!this.name.value) this.name.value = `Scanner, ${width} × ${height}`;
  }

  async #showFrame(): Promise<void> {
    const url = await fetchFrame();
    if (this.imageUrl.value) URL.revokeObjectURL(this.imageUrl.value);
    this.imageUrl.value = url;
  }

  async #loadProfile(): Promise<void> {
    const { picture, profile } = await fetchProfile();
    if (picture) this.#resize(picture);
    if (!profile) return;
    this.name.value = profile.name;
    const { width, height } = this.size.value;
    if (profile.size[0] !== width || profile.size[1] !== height) return;
    this.mmPerPixel.value = profile.mm_per_pixel?.toString() ?? "";
    const regions = profile.regions.flatMap((region) => fromWire(region) ?? []);
    this.history.value = begin<readonly Region[]>(regions);
    this.tool.value = regions.length > 0 ? "select" : "rect";
  }

  /** Regions of a picture of another size mean nothing. */
  #resize(size: Extent): void {
    const before = this.size.value;
    this.size.value = size;
    const same = before.width === size.width && before.height === size.height;
    if (before.width > 0 && !same) this.history.value = begin<readonly Region[]>([]);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.busy.value = true;
    this.problem.value = undefined;
    try {
      await work();
    } catch (error) {
      this.problem.value = problemOf(error);
    } finally {
      this.busy.value = false;
    }
  }
}

/** null: left out. undefined: not a scale. Comma or point. */
export function parseScale(text: string): number | null | undefined {
  if (!text.trim()) return null;
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Four corners in the shape of a sector, to begin with when there is no pointer. */
function sectorIn({ x0, y0, x1, y1 }: { x0: number; y0: number; x1: number; y1: number }): Polygon {
  const third = Math.round((x1 - x0) / 3);
  const points: Point[] = [
    { x: x0 + third, y: y0 },
    { x: x1 - third, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
  return { kind: "polygon", points };
}

function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error;
  throw error;
}
