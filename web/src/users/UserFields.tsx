import { Switch, TextInput } from "@mantine/core";
import { PasswordField } from "../parts/PasswordField";
import { UserNameField } from "../parts/UserNameField";
import { t } from "../words/t";

export interface UserValues {
  name: string;
  display_name: string;
  password: string;
  quota: string;
  admin: boolean;
  disabled: boolean;
}

interface Props {
  values: UserValues;
  isNew: boolean;
  problems: Readonly<Record<string, string>>;
  onChange: (changed: Partial<UserValues>) => void;
}

/** What an administrator says of somebody. */
export function UserFields({ values, isNew, problems, onChange }: Props) {
  return (
    <>
      {isNew && (
        <UserNameField
          label={t("setup.name")}
          description={t("setup.nameHint")}
          autoComplete="off"
          data-autofocus
          value={values.name}
          error={problems.name}
          onChange={event => onChange({ name: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t("users.name")}
        autoComplete="off"
        data-autofocus={isNew ? undefined : true}
        value={values.display_name}
        error={problems.display_name}
        onChange={event => onChange({ display_name: event.currentTarget.value })}
      />
      <PasswordField
        label={isNew ? t("users.firstPassword") : t("users.password")}
        description={isNew ? t("setup.passwordHint") : t("users.passwordHint")}
        autoComplete="new-password"
        value={values.password}
        error={problems.password}
        onChange={event => onChange({ password: event.currentTarget.value })}
      />
      <TextInput
        label={t("users.quota")}
        description={t("users.quotaHint")}
        inputMode="decimal"
        value={values.quota}
        error={problems.quota_bytes}
        onChange={event => onChange({ quota: event.currentTarget.value })}
      />
      <Switch
        label={t("users.admin")}
        description={t("users.adminHint")}
        checked={values.admin}
        error={problems.admin}
        onChange={event => onChange({ admin: event.currentTarget.checked })}
      />
      {!isNew && (
        <Switch
          label={t("users.disable")}
          description={t("users.disableHint")}
          checked={values.disabled}
          error={problems.disabled}
          onChange={event => onChange({ disabled: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
