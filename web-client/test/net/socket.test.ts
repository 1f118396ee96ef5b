import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../src/net/api";
import { PROTOCOL_VERSION, type ServerMessage } from "../../src/net/messages.gen";
import { type LinkState, SeatSocket } from "../../src/net/socket";
import { FakeSocket } from "./fake-socket";

let states: LinkState[];
let messages: ServerMessage[];
let tickets: (() => Promise<string>)[];
let minted: number;
let socket: SeatSocket;

const last = () => FakeSocket.all.at(-1) as FakeSocket;
const flush = () => vi.advanceTimersByTimeAsync(0);

function denied(code: string, retry: boolean): () => Promise<string> {
  return () => Promise.reject(new ApiError({ code, message: "no", fix: "", retry }));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  states = [];
  messages = [];
  tickets = [];
  minted = 0;
  socket = new SeatSocket({
    ticket: () => {
      minted += 1;
      return tickets.shift()?.() ?? Promise.resolve(`ticket-${minted}`);
    },
    connect: () => new FakeSocket() as unknown as WebSocket,
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
  });
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function openSocket(): Promise<FakeSocket> {
  socket.open();
  await flush();
  last().welcomes();
  return last();
}

describe("opening", () => {
  it("says hello with a ticket as the first message", async () => {
    const fake = await openSocket();
    expect(fake.sent[0]).toEqual({ type: "hello", protocol: PROTOCOL_VERSION, ticket: "ticket-1" });
    expect(states).toEqual([{ kind: "connecting" }, { kind: "open" }]);
  });

  it("sends nothing before the welcome", async () => {
    socket.open();
    await flush();
    last().opens();
    expect(socket.send({ type: "media.want" })).toBe(false);
    expect(last().sent).toHaveLength(1);
  });

  it("pings five times in the first half second, then once a second", async () => {
    const fake = await openSocket();
    const pings = () => fake.sent.filter(({ type }) => type === "clock.ping").length;
    await vi.advanceTimersByTimeAsync(450);
    fake.answersPings();
    expect(pings()).toBe(5);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(pings()).toBe(7);
  });

  it("gives up a server that doesn't welcome", async () => {
    socket.open();
    await flush();
    last().opens();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states.at(-1)).toMatchObject({ kind: "lost" });
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("a lost socket", () => {
  it("comes back with a fresh ticket after a quarter of a second", async () => {
    const fake = await openSocket();
    fake.ends();
    expect(states.at(-1)).toMatchObject({ kind: "lost" });
    await vi.advanceTimersByTimeAsync(250);
    last().welcomes();
    expect(last().sent[0]).toMatchObject({ type: "hello", ticket: "ticket-2" });
    expect(states.at(-1)).toEqual({ kind: "open" });
  });

  it("keeps trying for ever, at most two seconds apart", async () => {
    const fake = await openSocket();
    tickets = Array.from({ length: 100 }, () => denied("client.unreachable", true));
    fake.ends();
    await vi.advanceTimersByTimeAsync(60_000);
    const before = minted;
    expect(before).toBeGreaterThan(28);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(minted).toBe(before + 1);
  });

  it("starts over with short waits once it was back", async () => {
    let fake = await openSocket();
    for (let round = 0; round < 3; round += 1) {
      fake.ends();
      await vi.advanceTimersByTimeAsync(250);
      fake = last();
      fake.welcomes();
    }
    expect(FakeSocket.all).toHaveLength(4);
  });

  it("is noticed without a close when pings stay unanswered", async () => {
    const fake = await openSocket();
    await vi.advanceTimersByTimeAsync(4_500);
    expect(fake.readyState).toBe(3);
    expect(states.some(({ kind }) => kind === "lost")).toBe(true);
  });

  it("isn't suspected while pings are answered", async () => {
    const fake = await openSocket();
    for (let second = 0; second < 20; second += 1) {
      fake.answersPings();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(states.map(({ kind }) => kind)).toEqual(["connecting", "open"]);
  });

  it("doesn't wait any longer when it is told to hurry", async () => {
    const fake = await openSocket();
    fake.ends();
    socket.hurry();
    await flush();
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("a no", () => {
  it("to the ticket, for good, stops the attempts", async () => {
    tickets = [denied("seat.unknown", false)];
    socket.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toMatchObject({ kind: "refused", problem: { code: "seat.unknown" } });
    expect(minted).toBe(1);
  });

  it.each([
    [4410, "seat.revoked"],
    [4426, "ws.protocol"],
    [4400, "ws.too_many_errors"],
  ])("by close code %i is said as %s", async (code, problem) => {
    (await openSocket()).ends(code);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toMatchObject({ kind: "refused", problem: { code: problem } });
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("to an old ticket only means a new one", async () => {
    (await openSocket()).ends(4401);
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("a seat that is open elsewhere", () => {
  it("isn't taken back by itself, only when asked", async () => {
    const fake = await openSocket();
    fake.says({ type: "replaced" });
    fake.ends(4409);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ kind: "replaced" });
    expect(FakeSocket.all).toHaveLength(1);
    socket.open();
    await flush();
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("closing", () => {
  it("lets a ticket that arrives late open nothing", async () => {
    let arrive: (ticket: string) => void = () => undefined;
    tickets = [
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    ];
    socket.open();
    socket.close();
    arrive("late");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(0);
  });
});
