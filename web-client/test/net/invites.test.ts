import { expect, it } from "vitest";
import { inviteLink, isForThisMachineOnly, needsTrust } from "../../src/net/invites";

it("the secret stands in the fragment of the role's own page", () => {
  const link = inviteLink("https://echo.example.org/sono/cart?x=1", "camera", "s3cret-_");
  expect(link).toBe("https://echo.example.org/sono/camera#invite=s3cret-_");
  expect(inviteLink("https://echo.example.org/cart", "operator", "a")).toContain("/cart#");
});

it("a link into the lobby asks for a name", () => {
  const link = inviteLink("https://echo.example.org/cart", "expert", "a", { asksName: true });
  expect(link).toBe("https://echo.example.org/expert#invite=a&ask=name");
});

it("other devices can't open a loopback address", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.1.1", "[::1]"]) {
    expect(isForThisMachineOnly(`http://${host}:8080/camera#invite=a`)).toBe(true);
  }
  for (const host of ["192.168.1.7", "echo.example.org", "127.example.org.test", "[fe80::1]"]) {
    expect(isForThisMachineOnly(`https://${host}/camera#invite=a`)).toBe(false);
  }
});

it("a site's own certificate is for addresses that nobody else vouches for", () => {
  for (const host of ["192.168.1.7:8480", "cart.local", "[fd00::7]:8480"]) {
    expect(needsTrust(`https://${host}/camera#invite=a`)).toBe(true);
  }
  for (const link of [
    "https://echo.example.org/x",
    "http://192.168.1.7/x",
    "https://127.0.0.1/x",
  ]) {
    expect(needsTrust(link)).toBe(false);
  }
});
