import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ok, setCsrfToken } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { PasswordField } from "../parts/PasswordField";
import { UserNameField } from "../parts/UserNameField";
import { t } from "../words/t";
import { Gate } from "./Gate";
import classes from "./Gate.module.css";

// The same sentence for every reason: which of the two is wrong is nobody's business.
function explain(problem: ProblemError): string {
  if (problem.status === 401) return t("signIn.wrong");
  if (problem.status === 429) return t("signIn.tooMany", { seconds: problem.retryAfterSeconds ?? 1 });
  return problem.message;
}

export function SignInPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { to } = useSearch({ from: "/sign-in" });
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<string>();
  const [waiting, setWaiting] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWaiting(true);
    setFailure(undefined);
    try {
      const session = await ok(api.POST("/api/v1/session", { body: { name, password } }));
      client.clear();
      setCsrfToken(session.csrf_token);
      client.setQueryData(sessionQuery.queryKey, session);
      if (to) router.history.replace(to);
      else await router.navigate({ to: "/files", replace: true });
    } catch (error) {
      setPassword("");
      setFailure(explain(asProblem(error)));
    } finally {
      setWaiting(false);
    }
  };

  return (
    <Gate title={t("signIn.title")} lead={t("signIn.lead")}>
      <form className={classes.fields} onSubmit={submit}>
        {failure && (
          <p className={classes.error} role="alert">
            {failure}
          </p>
        )}
        <UserNameField
          label={t("signIn.name")}
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <PasswordField
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" loading={waiting} fullWidth>
          {t("signIn.submit")}
        </Button>
      </form>
    </Gate>
  );
}
