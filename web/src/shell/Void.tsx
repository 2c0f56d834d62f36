import type { ReactNode } from "react";
import classes from "./Void.module.css";

/** A place where there is nothing to list: what that means, and what to do. */
export function Void({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className={classes.void}>
      <svg className={classes.drawing} viewBox="0 0 180 120" aria-hidden="true">
        <path className={classes.ground} d="M14 108h152" />
        <path
          className={classes.stone}
          d="M40 95c-1-11 14-18 47-19 36-1 55 6 56 18 1 10-15 14-54 14-35 0-48-3-49-13zM57 64c-1-9 10-15 30-16 22-1 34 4 35 14 0 8-10 12-33 13-22 1-31-2-32-11z"
        />
        <path className={classes.top} d="M75 36c0-8 6-14 18-13 12 1 18 7 18 15-1 8-8 10-20 9s-17-4-16-11z" />
      </svg>
      <h2 className={classes.title}>{title}</h2>
      {text && <p className={classes.text}>{text}</p>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
