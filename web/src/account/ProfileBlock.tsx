import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ok, type User } from "../api/client";
import { asProblem } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { tell } from "../shell/notices";
import page from "../shell/Page.module.css";
import { t } from "../words/t";

export function ProfileBlock({ user }: { user: User }) {
  const client = useQueryClient();
  const [name, setName] = useState(user.display_name);
  const [refused, setRefused] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const changed = await ok(api.PATCH("/api/v1/me", { body: { display_name: name } }));
      client.setQueryData(sessionQuery.queryKey, before => before && { ...before, user: changed });
      setRefused(undefined);
      tell(t("account.saved"));
    } catch (error) {
      setRefused(asProblem(error).message);
    }
  };
  return (
    <section className={page.block}>
      <header>
        <div>
          <h2>{t("account.profile")}</h2>
          <p className={page.hint}>{t("account.profileHint")}</p>
        </div>
      </header>
      <form className={page.fields} onSubmit={submit}>
        <TextInput label={t("account.userName")} value={user.name} readOnly autoComplete="username" />
        <TextInput
          label={t("account.displayName")}
          autoComplete="name"
          value={name}
          error={refused}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={name === user.display_name || name.trim() === ""}>
          {t("app.save")}
        </Button>
      </form>
    </section>
  );
}
