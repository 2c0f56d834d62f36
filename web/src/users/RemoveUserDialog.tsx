import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ok, type User } from "../api/client";
import { asProblem } from "../api/problem";
import { tell } from "../shell/notices";
import { useFocusBack } from "../shell/useFocusBack";
import { formatSize } from "../words/format";
import { t } from "../words/t";
import classes from "./UsersPage.module.css";

/** Asks for the name of who is to go, since nothing brings the files back. */
export function RemoveUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient();
  useFocusBack();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const isMeant = typed.trim().toLowerCase() === user.name.toLowerCase();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isMeant) {
      setProblem(t("users.removeTyped", { name: user.name }));
      return;
    }
    setWaiting(true);
    try {
      const params = { path: { id: user.id }, query: { files: "delete" as const } };
      await ok(api.DELETE("/api/v1/users/{id}", { params }));
      tell(t("users.removed", { name: user.display_name }));
      await client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    } catch (error) {
      setProblem(asProblem(error).message);
    } finally {
      setWaiting(false);
    }
  };
  const used = formatSize(user.space?.used_bytes ?? 0);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("users.removeTitle", { name: user.display_name })}
      size={440}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <form className={classes.form} onSubmit={submit}>
        <p>{t("users.removeText", { used })}</p>
        <TextInput
          label={t("users.removeType", { name: user.name })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          value={typed}
          error={problem}
          onChange={event => {
            setTyped(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" variant="filled" data-danger loading={waiting}>
            {t("users.remove")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
