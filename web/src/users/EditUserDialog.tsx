import { Button } from "@mantine/core";
import { api, ok, type User } from "../api/client";
import { t } from "../words/t";
import { quotaText } from "./quota";
import { UserDialog } from "./UserDialog";

interface Props {
  user: User;
  onClose: () => void;
  /** Nobody removes themselves: none then. */
  onRemove: (() => void) | undefined;
}

export function EditUserDialog({ user, onClose, onRemove }: Props) {
  const quota = quotaText(user.space?.quota_bytes);
  const { name, display_name, admin, disabled } = user;
  return (
    <UserDialog
      title={t("users.editTitle", { name: display_name })}
      action={t("app.save")}
      isNew={false}
      start={{ name, display_name, password: "", quota, admin, disabled }}
      onClose={onClose}
      more={
        onRemove && (
          <Button data-danger onClick={onRemove}>
            {t("users.removeMore")}
          </Button>
        )
      }
      save={async (values, quota_bytes) => {
        const body = {
          ...(values.display_name !== display_name && { display_name: values.display_name }),
          ...(values.admin !== admin && { admin: values.admin }),
          ...(values.disabled !== disabled && { disabled: values.disabled }),
          ...(values.quota !== quota && { quota_bytes }),
          ...(values.password && { password: values.password }),
        };
        const changed = await ok(api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body }));
        return t("users.saved", { name: changed.display_name });
      }}
    />
  );
}
