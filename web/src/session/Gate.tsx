import { type ReactNode, useMemo } from "react";
import { Mark } from "../parts/Mark";
import { t } from "../words/t";
import { contourMap } from "./contours";
import classes from "./Gate.module.css";

const MARK_CELLS = 4;

function ContourMap() {
  const map = useMemo(() => contourMap(window.location.host), []);
  const { x, y } = map.summit;
  const way = `M${x - 34} ${map.rows}C${x - 30} ${y + 30} ${x - 24} ${y + 22} ${x - 14} ${y + 16}S${x - 4} ${y + 10} ${x} ${y + 2.5}`;
  return (
    <svg viewBox={`0 0 ${map.columns} ${map.rows}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {map.lines.map(line => (
        <path
          key={line.path}
          d={line.path}
          className={`${classes.line} ${line.strong ? classes.strong : ""}`}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      <path d={way} className={classes.way} vectorEffect="non-scaling-stroke" />
      <g className={classes.summit} transform={`translate(${x - MARK_CELLS / 2} ${y - MARK_CELLS / 2})`}>
        <Mark size={MARK_CELLS} />
      </g>
    </svg>
  );
}

/** The way in: a form on the left, the map of this place on the right. */
export function Gate({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <div className={classes.gate}>
      <main className={classes.form}>
        <div className={classes.brand}>
          <span className={classes.mark}>
            <Mark />
          </span>
          {t("app.name")}
        </div>
        <div className={classes.inner}>
          <h1 className={classes.title}>{title}</h1>
          <p className={classes.lead}>{lead}</p>
          {children}
        </div>
        <p className={classes.foot}>{window.location.host}</p>
      </main>
      <div className={classes.map}>
        <ContourMap />
      </div>
    </div>
  );
}
