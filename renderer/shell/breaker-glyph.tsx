/** The breaker of the tray icon: lever up when it is on. The shapes are those of assets/make-icons.mjs. */
export function BreakerGlyph({ on, className }: { on: boolean; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className={className}>
      {on ? (
        <path
          fill="currentColor"
          fillRule="evenodd"
          d="M5.5 1h5A2.5 2.5 0 0 1 13 3.5v9a2.5 2.5 0 0 1-2.5 2.5h-5A2.5 2.5 0 0 1 3 12.5v-9A2.5 2.5 0 0 1 5.5 1Zm1.3 3a.8.8 0 0 0-.8.8v2.4c0 .44.36.8.8.8h2.4a.8.8 0 0 0 .8-.8V4.8a.8.8 0 0 0-.8-.8Z"
        />
      ) : (
        <>
          <rect
            x="3.7"
            y="1.7"
            width="8.6"
            height="12.6"
            rx="1.9"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
          />
          <rect x="6" y="8" width="4" height="4" rx="0.8" fill="currentColor" />
        </>
      )}
    </svg>
  );
}
