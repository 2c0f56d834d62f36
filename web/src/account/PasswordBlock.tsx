import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ok } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { PasswordField } from "../parts/PasswordField";
import { tell, tellProblem } from "../shell/notices";
import page from "../shell/Page.module.css";
import { t } from "../words/t";

const SHORTEST = 12;

export function PasswordBlock({ userName }: { userName: string }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [problem, setProblem] = useState<ProblemError>();
  const [waiting, setWaiting] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWaiting(true);
    setProblem(undefined);
    try {
      await ok(api.PUT("/api/v1/me/password", { body: { current_password: current, new_password: fresh } }));
      setCurrent("");
      setFresh("");
      client.invalidateQueries({ queryKey: ["sessions"] });
      tell(t("account.changed"));
    } catch (error) {
      const refused = asProblem(error);
      setProblem(refused);
      if (Object.keys(refused.fields).length === 0) tellProblem(error);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <section className={page.block}>
      <header>
        <div>
          <h2>{t("account.password")}</h2>
          <p className={page.hint}>{t("account.passwordHint")}</p>
        </div>
      </header>
      <form className={page.fields} onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={userName} readOnly hidden />
        <PasswordField
          label={t("account.current")}
          autoComplete="current-password"
          value={current}
          error={problem?.fields.current_password}
          onChange={event => setCurrent(event.currentTarget.value)}
        />
        <PasswordField
          label={t("account.fresh")}
          description={t("setup.passwordHint")}
          autoComplete="new-password"
          value={fresh}
          error={problem?.fields.new_password}
          onChange={event => setFresh(event.currentTarget.value)}
        />
        <Button type="submit" loading={waiting} disabled={current === "" || fresh.length < SHORTEST}>
          {t("account.change")}
        </Button>
      </form>
    </section>
  );
}
