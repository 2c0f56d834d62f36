/** The mark: three hand-set stones. Says nothing by itself: the name stands beside it. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M2.3 19.3C2.2 16.9 5.4 15.2 11.6 15.1c6.3-.1 10 1.4 10.1 3.9.1 2.2-2.7 3-9.5 3-6.8 0-9.8-.6-9.9-2.7Z" />
      <path d="M4.5 11.9c-.2-2.1 2.3-3.5 6.5-3.7 4.4-.2 7.1 1 7.2 3.1.1 1.9-2.1 2.7-6.7 2.9-4.6.2-6.8-.4-7-2.3Z" />
      <path d="M8.2 4.7c.1-1.8 1.8-2.9 4.4-2.7 2.5.2 4 1.5 3.8 3.3-.2 1.8-1.6 2.3-4.3 2.1-2.7-.2-4-1-3.9-2.7Z" />
    </svg>
  );
}
