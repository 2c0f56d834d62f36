import { Button } from "@mantine/core";
import { IconDeviceLaptop, IconDeviceMobile, IconPlug } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ok, type SignedInSession } from "../api/client";
import { tell, tellProblem } from "../shell/notices";
import page from "../shell/Page.module.css";
import { formatTime } from "../words/format";
import { t } from "../words/t";
import { describeAgent } from "./agent";

const SIZE = 20;
const STROKE = 1.6;

function nameOf(session: SignedInSession): string {
  const { browser, system } = describeAgent(session.agent);
  if (browser && system) return t("account.agent", { browser, system });
  return browser ?? (session.agent || t("account.program"));
}

function iconOf(session: SignedInSession) {
  if (session.kind === "tokens") return IconPlug;
  return /Mobile|Android|iPhone/.test(session.agent) ? IconDeviceMobile : IconDeviceLaptop;
}

/** Final, so the button asks in its own place. */
function SignOutButton({ session, onDone }: { session: SignedInSession; onDone: () => void }) {
  const [sure, setSure] = useState(false);
  const act = async () => {
    if (!sure) {
      setSure(true);
      return;
    }
    try {
      await ok(api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id: session.id } } }));
      tell(t("account.signedOut"));
      onDone();
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <Button
      variant={sure ? "filled" : "default"}
      data-danger={sure || undefined}
      aria-label={`${sure ? t("account.signOutNow") : t("account.signOut")}: ${nameOf(session)}`}
      onClick={act}
      onBlur={() => setSure(false)}
    >
      {sure ? t("account.signOutNow") : t("account.signOut")}
    </Button>
  );
}

export function SessionsBlock() {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => ok(api.GET("/api/v1/me/sessions", { signal })),
  });
  const refresh = () => client.invalidateQueries({ queryKey: ["sessions"] });
  return (
    <section className={page.block}>
      <header>
        <div>
          <h2>{t("account.sessions")}</h2>
          <p className={page.hint}>{t("account.sessionsHint")}</p>
        </div>
      </header>
      <ul>
        {data?.items.map(session => {
          const Icon = iconOf(session);
          return (
            <li key={session.id} className={page.item}>
              <Icon size={SIZE} stroke={STROKE} className={page.icon} aria-hidden="true" />
              <div>
                <p>{nameOf(session)}</p>
                <p className={page.hint}>
                  {t("account.seen", { address: session.address, when: formatTime(session.seen_at, new Date()) })}
                </p>
              </div>
              {session.current ? (
                <span className={`${page.tag} ${page.accented}`}>{t("account.thisDevice")}</span>
              ) : (
                <SignOutButton session={session} onDone={refresh} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
