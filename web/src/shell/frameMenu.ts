import { createContext } from "react";

/** Opens the drawer with the places, where the window is too narrow to show them. */
export const FrameMenu = createContext<() => void>(() => {});
