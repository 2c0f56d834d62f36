import { Button, Checkbox } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ok } from "../api/client";
import { tellProblem } from "../shell/notices";
import { t } from "../words/t";
import { Gate } from "./Gate";
import classes from "./Gate.module.css";

const COMMAND = "cairn key recovery-code --data DIR";

/** The second step of setting up: the server warns until somebody says that the code is kept. */
export function KeepRecoveryCode() {
  const navigate = useNavigate();
  const [kept, setKept] = useState(false);
  const toFiles = () => navigate({ to: "/files", replace: true });
  const confirm = async () => {
    try {
      await ok(api.POST("/api/v1/setup/recovery-confirmed"));
    } catch (error) {
      tellProblem(error);
    }
    await toFiles();
  };
  return (
    <Gate title={t("setup.recoveryTitle")} lead={t("setup.recoveryWhy")}>
      <div className={classes.fields}>
        <p className={classes.note}>
          {t("setup.recoveryWhere")}
          <code>{COMMAND}</code>
        </p>
        <Checkbox label={t("setup.recoveryKept")} checked={kept} onChange={event => setKept(event.currentTarget.checked)} />
        <Button variant="filled" fullWidth disabled={!kept} onClick={confirm}>
          {t("setup.recoveryDone")}
        </Button>
        <Button variant="subtle" fullWidth onClick={toFiles}>
          {t("setup.recoveryLater")}
        </Button>
      </div>
    </Gate>
  );
}
