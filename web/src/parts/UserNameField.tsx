import { TextInput, type TextInputProps } from "@mantine/core";

/** A name for signing in: nothing corrects or capitalises it. */
export function UserNameField(props: TextInputProps) {
  return <TextInput autoCapitalize="none" spellCheck={false} {...props} />;
}
