import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { asProblem } from "../api/problem";
import { t } from "../words/t";
import { Void } from "./Void";

/** In place of a screen that did not load. */
export function Failed({ error }: Pick<ErrorComponentProps, "error">) {
  const router = useRouter();
  const client = useQueryClient();
  const problem = asProblem(error);
  const again = async () => {
    await client.resetQueries({ predicate: query => query.state.status === "error" });
    await router.invalidate();
  };
  const id = problem.requestId ? ` ${t("app.requestId", { id: problem.requestId })}` : "";
  return (
    <Void title={t("app.failed")} text={problem.message + id}>
      <Button onClick={again}>{t("app.retry")}</Button>
    </Void>
  );
}

export function Nowhere() {
  return (
    <Void title={t("app.nowhere")}>
      <Button renderRoot={props => <Link to="/files" {...props} />}>{t("app.toFiles")}</Button>
    </Void>
  );
}
