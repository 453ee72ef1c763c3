/** The gate and the water. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden className="text-accent">
      <path d="M5 7v19M27 7v19M5 11h22" stroke="currentColor" strokeWidth="3" strokeLinecap="round" fill="none" />
      <path d="M9 20q3.500-4 7 0t7 0" stroke="currentColor" strokeWidth="2.500" fill="none" strokeLinecap="round" opacity=".7" />
    </svg>
  );
}
