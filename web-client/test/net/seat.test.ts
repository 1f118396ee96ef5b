import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { enter, takeInvite } from "../../src/net/seat";

const seat = { id: "s1", role: "expert", room: "demo", name: "Expert" };
let answers: Record<string, [status: number, body: unknown] | Error>;
let asked: string[];
let sent: unknown[];

beforeEach(() => {
  asked = [];
  sent = [];
  answers = {};
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const key = `${init.method} ${path}`;
    asked.push(key);
    if (init.body) sent.push(JSON.parse(String(init.body)));
    const answer = answers[key];
    if (!answer || answer instanceof Error) return Promise.reject(answer ?? new Error(key));
    return Promise.resolve(new Response(JSON.stringify(answer[1]), { status: answer[0] }));
  });
});

afterEach(() => vi.unstubAllGlobals());

const refusal = (code: string, retry = false) => ({ code, message: "no", fix: "do", retry });

describe("takeInvite", () => {
  const visit = (hash: string) => {
    const replaceState = vi.fn();
    const location = { hash, pathname: "/expert", search: "" } as Location;
    return { invite: takeInvite(location, { replaceState } as unknown as History), replaceState };
  };

  it("takes the invitation out of the address", () => {
    const { invite, replaceState } = visit("#invite=abc-123");
    expect(invite).toEqual({ invite: "abc-123", asksName: false });
    expect(replaceState).toHaveBeenCalledWith(null, "", "/expert");
  });

  it("knows when a name is asked for", () => {
    expect(visit("#invite=abc&ask=name").invite).toEqual({ invite: "abc", asksName: true });
  });

  it("leaves an address without one alone", () => {
    const { invite, replaceState } = visit("#elsewhere");
    expect(invite).toBeUndefined();
    expect(replaceState).not.toHaveBeenCalled();
  });
});

describe("enter", () => {
  it("takes the seat of an invitation", async () => {
    answers = { "POST api/seats": [201, seat] };
    expect(await enter("expert", "abc")).toEqual({ seat });
  });

  it("tells how one is called", async () => {
    answers = { "POST api/seats": [201, seat] };
    await enter("expert", "abc", "Dr. Lee");
    expect(sent).toEqual([{ invite: "abc", name: "Dr. Lee" }]);
  });

  it("finds the seat of the cookie after a reload", async () => {
    answers = { "GET api/seats/expert": [200, seat] };
    expect(await enter("expert", undefined)).toEqual({ seat });
    expect(asked).toEqual(["GET api/seats/expert"]);
  });

  it("doesn't mind a used invitation where the seat is already held", async () => {
    answers = {
      "POST api/seats": [401, refusal("invite.used")],
      "GET api/seats/expert": [200, seat],
    };
    expect(await enter("expert", "abc")).toEqual({ seat });
  });

  it("says what is wrong with the invitation, not that there is no seat", async () => {
    answers = {
      "POST api/seats": [401, refusal("invite.expired")],
      "GET api/seats/expert": [401, refusal("seat.unknown")],
    };
    expect(await enter("expert", "abc")).toMatchObject({
      problem: { code: "invite.expired", fix: "do" },
      retry: false,
    });
  });

  it("may try again when the server can't be reached", async () => {
    answers = { "POST api/seats": new TypeError("network") };
    expect(await enter("expert", "abc")).toMatchObject({
      problem: { code: "client.unreachable" },
      retry: true,
    });
  });

  it("names the page that an invitation is for", async () => {
    answers = { "POST api/seats": [201, { ...seat, role: "operator" }] };
    expect(await enter("expert", "abc")).toMatchObject({
      problem: { code: "client.wrong_page", message: expect.stringContaining("cart") },
    });
  });

  it("makes a problem of an answer that isn't the server's own", async () => {
    answers = { "GET api/seats/expert": [502, "<html>"] };
    expect(await enter("expert", undefined)).toMatchObject({
      problem: { code: "http.502" },
      retry: true,
    });
  });
});
