import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Node } from "../api/client";
import { asProblem } from "../api/problem";
import { useFocusBack } from "../shell/useFocusBack";
import { t } from "../words/t";
import { createFolder } from "./actions";
import { wrongName } from "./names";

interface Props {
  parent: string;
  onClose: () => void;
  onMade: (folder: Node) => void;
}

export function NewFolderDialog({ parent, onClose, onMade }: Props) {
  const client = useQueryClient();
  useFocusBack();
  const [name, setName] = useState(t("newFolder.default"));
  const [refused, setRefused] = useState<string>();
  const [waiting, setWaiting] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = wrongName(name);
    if (wrong) {
      setRefused(wrong);
      return;
    }
    setWaiting(true);
    try {
      onMade(await createFolder(client, parent, name.normalize("NFC")));
      onClose();
    } catch (error) {
      setRefused(asProblem(error).message);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t("newFolder.title")} size={420} closeButtonProps={{ "aria-label": t("app.close") }}>
      <form onSubmit={submit}>
        <TextInput
          label={t("newFolder.name")}
          data-autofocus
          spellCheck={false}
          value={name}
          error={refused}
          onFocus={event => event.currentTarget.select()}
          onChange={event => {
            setName(event.currentTarget.value);
            setRefused(wrongName(event.currentTarget.value));
          }}
        />
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" variant="filled" loading={waiting}>
            {t("newFolder.submit")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
