import { describe, expect, it } from "vitest";
import { consentWords, keptWords } from "../../src/core/consent";

describe("what is said to be kept", () => {
  it("goes by the consent while the session lasts", () => {
    expect(keptWords({ consented: false })).toBe("Not recorded");
    expect(keptWords({ consented: true })).toBe("Stills kept, no clips");
  });

  it("goes by what was kept when it is over", () => {
    expect(keptWords({ consented: false, ended: { consent: "patient", stills: 3 } })).toBe(
      "Stills kept, no clips",
    );
    expect(keptWords({ consented: false, ended: { consent: "patient", stills: 0 } })).toBe(
      "No picture kept",
    );
    expect(keptWords({ consented: false, ended: { consent: "", stills: 3 } })).toBe(
      "No picture kept",
    );
  });

  it("says of a session without consent that no picture was kept, since marks were", () => {
    expect(consentWords("")).toBe("None was given; no picture was kept");
    expect(consentWords("patient")).toBe("The patient agreed");
  });
});
