"""``sonopair tls``: certificates for a network without public names."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

tls_commands = typer.Typer(
    no_args_is_help=True,
    help="Certificates for a local network: phones give camera and microphone to HTTPS only.",
)

TRUST = """
Trust {ca} once on each phone and computer (docs/phones.md shows every step):
  iPhone, iPad   open it, Settings > Profile Downloaded > Install; then Settings > General > About
                 > Certificate Trust Settings > switch it on
  Android        Settings > Security > Encryption & credentials > Install a certificate > CA
  Windows        open it > Install Certificate > Local Machine > Trusted Root Certification
                 Authorities
  macOS          open it in Keychain Access, then set Trust > When using this certificate > Always
  Firefox        Settings > Privacy & Security > View Certificates > Authorities > Import
A running node hands it out at /ca.crt. Never give anybody {key}."""


@tls_commands.command("init")
def init(
    name: Annotated[
        list[str] | None, typer.Option(help="Name of this machine on the network; may be repeated.")
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="Its address there; may be repeated.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("tls"),
    renew: Annotated[
        bool, typer.Option("--renew", help="Make the server's certificate anew in any case.")
    ] = False,
) -> None:
    """Make a local authority and this machine's certificate, or renew the latter.

    Without --name and --address they are found out. Run it again when the machine's address
    changed or the certificate nears its end: the authority stays, so phones needn't be touched.

    \b
    Examples:
      sonopair tls init
      sonopair tls init --name echo.local --address 192.168.1.20 --out /etc/sonopair/tls
      sonopair tls init --out /etc/sonopair/tls --renew
    """
    from streaming.commands.certificates import make_certificates
    from streaming.commands.local_network import local_name, private_addresses

    made = make_certificates(
        out,
        names=[*(name or [local_name()]), "localhost"],
        addresses=[*(address or private_addresses()), "127.0.0.1"],
        now=dt.datetime.now(dt.UTC),
        renew=renew,
    )
    files = made.files
    print(f"{'made' if made.authority else 'kept'}  {files.ca_certificate}  the local authority")
    print(
        f"{'made' if made.server else 'kept'}  {files.certificate}  good until {made.expires}\n\n"
        f"In the settings:\n"
        f"  [tls]\n"
        f'  certificate = "{files.certificate}"\n'
        f'  key = "{files.key}"\n'
        f'  authority = "{files.ca_certificate}"'
    )
    print(TRUST.format(ca=files.ca_certificate, key=files.ca_key.name))
