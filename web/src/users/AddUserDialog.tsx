import { api, ok } from "../api/client";
import { t } from "../words/t";
import { UserDialog } from "./UserDialog";

const NOBODY = { name: "", display_name: "", password: "", quota: "", admin: false, disabled: false };

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  return (
    <UserDialog
      title={t("users.addTitle")}
      action={t("users.add")}
      isNew
      start={NOBODY}
      onClose={onClose}
      save={async ({ name, display_name, password, admin }, quota_bytes) => {
        const body = { name, password, admin, quota_bytes, ...(display_name && { display_name }) };
        const made = await ok(api.POST("/api/v1/users", { body }));
        return t("users.added", { name: made.display_name });
      }}
    />
  );
}
