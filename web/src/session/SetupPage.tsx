import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ok, setCsrfToken } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { sessionQuery, setupQuery } from "../api/queries";
import { PasswordField } from "../parts/PasswordField";
import { UserNameField } from "../parts/UserNameField";
import { t } from "../words/t";
import { Gate } from "./Gate";
import classes from "./Gate.module.css";
import { KeepRecoveryCode } from "./KeepRecoveryCode";

const FIELDS = ["code", "name", "display_name", "password"];

/** The first minutes: the setup code for an account, then the recovery code. */
export function SetupPage() {
  const client = useQueryClient();
  const [values, setValues] = useState({ code: "", name: "", display_name: "", password: "" });
  const [problem, setProblem] = useState<ProblemError>();
  const [waiting, setWaiting] = useState(false);
  const [made, setMade] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWaiting(true);
    setProblem(undefined);
    const { name, password } = values;
    try {
      await ok(
        api.POST("/api/v1/setup", { body: { ...values, code: values.code.trim(), display_name: values.display_name || name } }),
      );
      const session = await ok(api.POST("/api/v1/session", { body: { name, password } }));
      setCsrfToken(session.csrf_token);
      client.setQueryData(setupQuery.queryKey, { needed: false });
      client.setQueryData(sessionQuery.queryKey, session);
      setMade(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setWaiting(false);
    }
  };

  if (made) return <KeepRecoveryCode />;
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setValues(before => ({ ...before, [name]: value }));
    },
    error: problem?.fields[name],
  });
  const elsewhere = problem && !FIELDS.some(name => problem.fields[name]);
  return (
    <Gate title={t("setup.title")} lead={t("setup.lead")}>
      <form className={classes.fields} onSubmit={submit}>
        {elsewhere && (
          <p className={classes.error} role="alert">
            {problem.message}
          </p>
        )}
        <TextInput
          label={t("setup.code")}
          description={t("setup.codeHint")}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          autoFocus
          {...field("code")}
        />
        <UserNameField
          label={t("setup.name")}
          description={t("setup.nameHint")}
          autoComplete="username"
          required
          withAsterisk={false}
          {...field("name")}
        />
        <TextInput label={t("setup.displayName")} autoComplete="name" {...field("display_name")} />
        <PasswordField
          label={t("setup.password")}
          description={t("setup.passwordHint")}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={12}
          {...field("password")}
        />
        <Button type="submit" variant="filled" loading={waiting} fullWidth>
          {t("setup.submit")}
        </Button>
      </form>
    </Gate>
  );
}
