import { useEffect, useState } from "preact/hooks";
import { formatElapsed, sentence } from "../../core/format";
import { ApiError, type Problem } from "../../net/api";
import type { Calling, Worklist } from "../../net/worklist";
import { Icon } from "../icons";
import { Duty } from "./Duty";
import { useRinging } from "./ringing";

const TICK_MS = 500;

/** Who calls now, the longest waiting first. */
export function Calls({ worklist }: { worklist: Worklist }) {
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const state = worklist.state.value;
  const nowMs = useNow();
  const ringing = useRinging(state?.calls ?? [], state?.onDuty ?? false);
  useEffect(() => {
    worklist.open(ringing.audible);
    return () => worklist.close();
  }, [worklist, ringing.audible]);
  const accept = (room: string) => {
    worklist.accept(room).then(
      () => location.assign("./expert"),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setProblem(error);
      },
    );
  };
  return (
    <section class="calls" aria-label="Calls">
      <Duty worklist={worklist} ringing={ringing} />
      {state?.onDuty && !ringing.audible && <Silent />}
      {worklist.refusal.value && <Refused problem={worklist.refusal.value} />}
      {problem && <Refused problem={problem} />}
      {state?.calls.map((call) => (
        <CallCard key={call.room} call={call} nowMs={nowMs} onAnswer={() => accept(call.room)} />
      ))}
      {state && state.calls.length === 0 && <Nobody onDuty={state.onDuty} />}
    </section>
  );
}

/** Any tap on the page does it; this says so, and is one. */
function Silent() {
  return (
    <button type="button" class="silent" data-testid="silent">
      <Icon name="voice_off" size={28} />
      <span>
        <b>Tap so that it can ring</b>
        <small>
          This browser keeps a page silent until it is tapped. No cart counts on it yet.
        </small>
      </span>
    </button>
  );
}

function CallCard(props: { call: Calling; nowMs: number; onAnswer: () => void }) {
  const { call, nowMs, onAnswer } = props;
  const rings = call.state === "ringing";
  return (
    <article class={`call ${call.state}`} data-testid="call">
      <span class={rings ? "beating" : "missed"} aria-hidden="true">
        <Icon name="phone" size={28} />
      </span>
      <div class="grow" role="status">
        <h2>{rings ? `${call.room} is calling` : `${call.room} waits for an answer`}</h2>
        <p>
          <time class="num" aria-hidden="true">
            {formatElapsed(nowMs - call.sinceMs)}
          </time>{" "}
          {rings ? "ringing" : "since nobody answered"}
        </p>
      </div>
      <button type="button" class="btn primary" onClick={onAnswer}>
        <Icon name="phone" />
        Answer
      </button>
    </article>
  );
}

function Nobody({ onDuty }: { onDuty: boolean }) {
  return (
    <div class="nobody" data-testid="no-calls">
      <Icon name="bell" size={30} />
      <div>
        <h2>Nobody is calling</h2>
        <p>
          {onDuty
            ? "Keep this page open. When a cart calls, it rings here, the longest waiting on top."
            : "You are off call: a call is shown here, but doesn’t ring. Switch “On call” on to be counted on."}
        </p>
      </div>
    </div>
  );
}

function Refused({ problem }: { problem: Problem }) {
  return (
    <p class="failed" role="alert" data-code={problem.code}>
      <Icon name="alert" size={20} />
      {sentence(problem.message)} {problem.fix && sentence(problem.fix)}
    </p>
  );
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
