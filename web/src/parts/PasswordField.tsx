import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { t } from "../words/t";

/** A password's field, whose eye has a name. */
export function PasswordField(props: PasswordInputProps) {
  return <PasswordInput visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }} {...props} />;
}
