import type { ReactNode } from "react";
import { Tongues } from "./Tongues";

/** What stands before the console while nobody is signed in. */
export function Gate({ title, hint, children }: { readonly title: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <main className="gate">
      <section>
        <header>
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="48" height="48" />
          <Tongues short />
        </header>
        <h1 dir="auto">{title}</h1>
        <p className="hint">{hint}</p>
        {children}
      </section>
    </main>
  );
}
