/** The few HTTP requests of a page: a seat from an invite, and tickets for its WebSocket. */

import type { Role } from "./messages.gen";

export interface Seat {
  id: string;
  role: Role;
  room: string;
  name: string;
}

/** What went wrong, in the shape the server uses. */
export interface Problem {
  code: string;
  message: string;
  fix: string;
}

/** An answer that says no. `retry`: the same request may succeed later. */
export class ApiError extends Error implements Problem {
  readonly code: string;
  readonly retry: boolean;
  readonly fix: string;

  constructor(problem: Problem & { retry: boolean }) {
    super(problem.message);
    this.code = problem.code;
    this.retry = problem.retry;
    this.fix = problem.fix;
  }

  static async from(response: Response): Promise<ApiError> {
    const answer = parse(await response.text());
    const field = (name: string) => (typeof answer[name] === "string" ? answer[name] : "");
    const mayPass = response.status >= 500 || response.status === 429;
    return new ApiError({
      code: field("code") || `http.${response.status}`,
      message: field("message") || `The server answered with status ${response.status}`,
      retry: typeof answer.retry === "boolean" ? answer.retry : mayPass,
      fix: field("fix"),
    });
  }
}

const TIMEOUT_MS = 5_000;

/** `name` is how the others see one; empty: the node finds one. */
export async function claimSeat(invite: string, name: string): Promise<Seat> {
  return (await request("POST", "api/seats", { invite, name })) as Seat;
}

export async function findSeat(role: Role): Promise<Seat> {
  return (await request("GET", `api/seats/${role}`)) as Seat;
}

export async function mintTicket(role: Role): Promise<string> {
  const { ticket } = (await request("POST", "api/tickets", { role })) as { ticket: string };
  return ticket;
}

/** A JSON request to the page's own server, which may ask for a bearer's secret; raises ApiError. */
export async function request(
  method: string,
  path: string,
  body?: object,
  bearer?: string,
): Promise<unknown> {
  return parse(await (await call(method, path, body, bearer)).text());
}

/** Any successful answer of the page's own server; raises ApiError. */
export async function call(
  method: string,
  path: string,
  body?: object,
  bearer?: string,
): Promise<Response> {
  const response = await send(method, path, body, bearer);
  if (!response.ok) throw await ApiError.from(response);
  return response;
}

async function send(
  method: string,
  path: string,
  body?: object,
  bearer?: string,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(body && { "Content-Type": "application/json" }),
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError({
      code: "client.unreachable",
      message: "The server can’t be reached",
      retry: true,
      fix: "",
    });
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
