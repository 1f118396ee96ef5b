import { useEffect, useState } from "preact/hooks";
import { type Account, offersSingleSignOn, signIn, whoAmI } from "../../net/account";
import { Icon } from "../icons";
import { useAttempt } from "./attempt";
import { Failed, Field } from "./Field";
import { PasswordForm } from "./PasswordForm";

/** Where signed-in people go on. */
const NEXT = "./worklist";

type Step = { kind: "looking" } | { kind: "sign_in" } | { kind: "password"; before: string };

/** For people with an account of this site; guests come by their link. */
export function LoginPage() {
  const [step, setStep] = useState<Step>({ kind: "looking" });
  const entered = (account: Account, before: string) => {
    if (account.must_change) setStep({ kind: "password", before });
    else location.assign(NEXT);
  };

  useEffect(() => {
    whoAmI().then(
      (account) => entered(account, ""),
      () => setStep({ kind: "sign_in" }),
    );
  }, []);

  return (
    <main class="login">
      <p class="brand">
        <Icon name="sonopair" size={30} />
        Sonopair
      </p>
      {step.kind === "looking" && <span class="spinner" />}
      {step.kind === "sign_in" && <SignIn onEntered={entered} />}
      {step.kind === "password" && (
        <PasswordForm before={step.before} onChanged={() => location.assign(NEXT)} />
      )}
    </main>
  );
}

function SignIn({ onEntered }: { onEntered: (account: Account, password: string) => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, attempt } = useAttempt();

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    attempt(async () => onEntered(await signIn(login, password), password));
  };
  return (
    <form class="card" onSubmit={submit}>
      <h1>Sign in</h1>
      <SingleSignOn />
      <Field label="Name" name="username" value={login} onInput={setLogin} autoFocus />
      <Field
        label="Password"
        name="current-password"
        secret
        value={password}
        onInput={setPassword}
      />
      {problem && <Failed problem={problem} />}
      <button type="submit" class="btn primary" disabled={busy || !login || !password}>
        {busy ? "Signing in" : "Sign in"}
      </button>
      <p class="soft">Invited by a link? Open the link; it needs no account.</p>
    </form>
  );
}

/** The site's own provider, where there is one. */
function SingleSignOn() {
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    // Without an answer the form is still there.
    offersSingleSignOn().then(setOffered, () => setOffered(false));
  }, []);
  if (!offered) return null;
  return (
    <>
      <a class="btn" href="./api/oidc/start">
        <Icon name="verified" />
        Sign in with your organisation
      </a>
      <p class="or">
        <span>or</span>
      </p>
    </>
  );
}
