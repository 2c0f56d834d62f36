import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { refresh } from "../api/children";
import { setProgressTitle } from "../shell/title";
import { uploads } from "./queue";
import { sumsOf } from "./sums";

const REFRESH_MS = 700;
const SMOOTHED_MS = 10_000;
const TICK_MS = 500;

/** Shows what has arrived, in the folders where it lies; not for each file, but now and then. */
export function useShowsArrivals() {
  const client = useQueryClient();
  useEffect(() => {
    const arrived = new Set<string>();
    let timer = 0;
    uploads.onSaved = folder => {
      arrived.add(folder);
      if (timer) return;
      timer = window.setTimeout(() => {
        timer = 0;
        const folders = [...arrived];
        arrived.clear();
        // Twice, since the first may join a request that had been sent before the last file arrived.
        refresh(client, folders, true).then(() => refresh(client, folders, true));
      }, REFRESH_MS);
    };
    return () => {
      window.clearTimeout(timer);
      uploads.onSaved = () => {};
    };
  }, [client]);
}

/** Asks before the page is left while bytes move, and tells in its title how far they are. */
export function useGuardsPage(isActive: boolean, share: number) {
  useEffect(() => {
    if (!isActive) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isActive]);
  const percent = isActive ? Math.floor(share * 100) : undefined;
  useEffect(() => {
    setProgressTitle(percent);
    return () => setProgressTitle(undefined);
  }, [percent]);
}

/** Bytes a second, smoothed over ten seconds; 0 while that is not known. */
function useSpeed(sentBytes: number, isActive: boolean): number {
  const samples = useRef<{ at: number; bytes: number }[]>([]);
  const sent = useRef(sentBytes);
  sent.current = sentBytes;
  const [speed, setSpeed] = useState(0);
  useEffect(() => {
    samples.current = [];
    if (!isActive) return;
    const timer = setInterval(() => {
      const now = Date.now();
      samples.current.push({ at: now, bytes: sent.current });
      samples.current = samples.current.filter(sample => now - sample.at <= SMOOTHED_MS);
      const oldest = samples.current[0];
      const time = oldest ? (now - oldest.at) / 1000 : 0;
      setSpeed(oldest && time > 1 ? Math.max(0, (sent.current - oldest.bytes) / time) : 0);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isActive]);
  return speed;
}

export function useUploads() {
  const list = useSyncExternalStore(uploads.subscribe, uploads.list);
  const sums = sumsOf(list);
  const speed = useSpeed(sums.movedBytes, sums.isActive);
  return { list, sums, speed };
}
