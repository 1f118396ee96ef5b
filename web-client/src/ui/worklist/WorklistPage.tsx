import { useEffect, useState } from "preact/hooks";
import { type Account, signOut, whoAmI } from "../../net/account";
import { ApiError } from "../../net/api";
import { Worklist } from "../../net/worklist";
import { Icon } from "../icons";
import { Notice } from "../Notice";
import { Calls } from "./Calls";
import { Rooms } from "./Rooms";

type State = Account | "looking" | "unreachable";

/** What a signed-in person may do now: answer a call, or enter a room. */
export function WorklistPage() {
  const [state, setState] = useState<State>("looking");
  const look = () => {
    whoAmI().then(
      (account) => (account.must_change ? toLogin() : setState(account)),
      (error: unknown) => {
        if (error instanceof ApiError && !error.retry) toLogin();
        else setState("unreachable");
      },
    );
  };
  useEffect(look, []);
  if (typeof state === "object") return <Desk account={state} />;
  return (
    <main class="page-notice">
      {state === "looking" ? (
        <Notice level={1} icon="busy" title="Opening your worklist" />
      ) : (
        <Notice
          level={1}
          icon="network"
          tone="warn"
          title="The server can’t be reached"
          actions={
            <button type="button" class="btn primary" onClick={look}>
              Try again
            </button>
          }
        >
          <p>Check that this device is on the network.</p>
        </Notice>
      )}
    </main>
  );
}

function Desk({ account }: { account: Account }) {
  const isExpert = account.roles.includes("expert");
  const [worklist] = useState(() => new Worklist());
  return (
    <main class="worklist">
      <header>
        <h1>
          <Icon name="sonopair" />
          {isExpert ? "Worklist" : "Welcome"}
        </h1>
        <span class="grow" />
        <span class="soft">{account.name}</span>
        <button type="button" class="btn" onClick={leave}>
          Sign out
        </button>
      </header>
      {isExpert && <Calls worklist={worklist} />}
      <Rooms account={account} />
    </main>
  );
}

function leave(): void {
  signOut().then(toLogin, toLogin);
}

function toLogin(): void {
  location.assign("./login");
}
