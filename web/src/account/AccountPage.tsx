import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import { Bar } from "../shell/Bar";
import page from "../shell/Page.module.css";
import { useTitle } from "../shell/title";
import { t } from "../words/t";
import { PasswordBlock } from "./PasswordBlock";
import { ProfileBlock } from "./ProfileBlock";
import { SessionsBlock } from "./SessionsBlock";

function LookBlock() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={page.block}>
      <header>
        <div>
          <h2>{t("account.look")}</h2>
          <p className={page.hint}>{t("account.lookHint")}</p>
        </div>
      </header>
      <SegmentedControl
        aria-label={t("account.look")}
        value={colorScheme}
        onChange={value => setColorScheme(value)}
        data={[
          { value: "auto", label: t("account.auto") },
          { value: "light", label: t("account.light") },
          { value: "dark", label: t("account.dark") },
        ]}
      />
    </section>
  );
}

export function AccountPage() {
  const { data: session } = useQuery(sessionQuery);
  useTitle(t("account.title"));
  if (!session) return null;
  return (
    <>
      <Bar title={t("account.title")} isPage />
      <div className={page.page}>
        <div className={page.column}>
          <ProfileBlock user={session.user} />
          <PasswordBlock userName={session.user.name} />
          <SessionsBlock />
          <LookBlock />
        </div>
      </div>
    </>
  );
}
