import { useState } from "preact/hooks";
import { ApiError, type Problem } from "../../net/api";

/** One try at a time, and what the server said no to the last with. */
export function useAttempt(): {
  busy: boolean;
  problem: Problem | undefined;
  attempt: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);

  const attempt = (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    work().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
      setBusy(false);
    });
  };
  return { busy, problem, attempt };
}
