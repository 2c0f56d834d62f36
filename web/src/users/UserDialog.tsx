import { Button, Group, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { asProblem } from "../api/problem";
import { tell } from "../shell/notices";
import { useFocusBack } from "../shell/useFocusBack";
import { t } from "../words/t";
import { parseQuota } from "./quota";
import { UserFields, type UserValues } from "./UserFields";
import classes from "./UsersPage.module.css";

interface Props {
  title: string;
  action: string;
  isNew: boolean;
  start: UserValues;
  /** Gives what to say of it. */
  save: (values: UserValues, quota: number | null) => Promise<string>;
  onClose: () => void;
  /** What else can be done, at the other end of the buttons. */
  more?: ReactNode;
}

/** A form about somebody; what the server refuses stands at its field. */
export function UserDialog({ title, action, isNew, start, save, onClose, more }: Props) {
  const client = useQueryClient();
  useFocusBack();
  const [values, setValues] = useState(start);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [general, setGeneral] = useState<string>();
  const [waiting, setWaiting] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const quota = parseQuota(values.quota);
    if (quota === undefined) {
      setProblems({ quota_bytes: t("users.quotaWrong") });
      return;
    }
    setWaiting(true);
    try {
      tell(await save(values, quota));
      await client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    } catch (error) {
      const problem = asProblem(error);
      setProblems(problem.fields);
      setGeneral(Object.keys(problem.fields).length === 0 ? problem.message : undefined);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size={440} closeButtonProps={{ "aria-label": t("app.close") }}>
      <form className={classes.form} onSubmit={submit}>
        <UserFields
          values={values}
          isNew={isNew}
          problems={problems}
          onChange={some => setValues(before => ({ ...before, ...some }))}
        />
        {general && <p role="alert">{general}</p>}
        <Group justify="flex-end" gap="sm">
          {more && <div className={classes.more}>{more}</div>}
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" variant="filled" loading={waiting}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
