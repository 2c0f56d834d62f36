import { Button, Group, Modal } from "@mantine/core";
import { t } from "../words/t";
import { useFocusBack } from "./useFocusBack";

interface Props {
  title: string;
  text: string;
  action: string;
  onAct: () => void;
  onClose: () => void;
}

/** A question before what cannot be undone; for all else there is undo. */
export function Ask({ title, text, action, onAct, onClose }: Props) {
  useFocusBack();
  const act = () => {
    onClose();
    onAct();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={440} closeButtonProps={{ "aria-label": t("app.close") }}>
      <p>{text}</p>
      <Group justify="flex-end" mt="xl" gap="sm">
        <Button data-autofocus onClick={onClose}>
          {t("app.cancel")}
        </Button>
        <Button variant="filled" data-danger onClick={act}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
