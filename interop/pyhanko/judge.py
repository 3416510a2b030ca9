"""pyHanko as a foreign judge and signer: one JSON object a line on stdin, one back on stdout."""

import asyncio
import io
import json
import logging
import sys
import urllib.request

from asn1crypto import cms, crl, ocsp, pem, tsp, x509
from pyhanko import keys
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.validation import (
    async_validate_detached_cms,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore


def certificate(path):
    with open(path, "rb") as file:
        data = file.read()
    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def load(kind, paths):
    for path in paths:
        with open(path, "rb") as file:
            yield kind.load(file.read())


def context(request):
    """Nothing is fetched; the anchors are those of the request, revocation is known from its files alone."""
    return ValidationContext(
        trust_roots=[certificate(path) for path in request["trust"]],
        crls=list(load(crl.CertificateList, request.get("crl", []))),
        ocsps=list(load(ocsp.OCSPResponse, request.get("ocsp", []))),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def facts(status):
    stamp = status.timestamp_validity
    return {
        "intact": bool(status.intact),
        "valid": bool(status.valid),
        "trusted": bool(status.trusted),
        "timestamp": None if stamp is None else bool(stamp.intact and stamp.valid and stamp.trusted),
    }


async def judge_field(embedded, request):
    row = {"field": embedded.field_name, "byteRange": [int(n) for n in embedded.byte_range]}
    try:
        status = await async_validate_pdf_signature(embedded, context(request))
        level = status.modification_level
        changes = level.name if level is not None else None
    except Exception as error:
        # comparing revisions fails on some honest files: the signature itself can be judged still
        changes = f"no verdict: {type(error).__name__}: {error}"
        status = None
    try:
        status = status or await async_validate_pdf_signature(embedded, context(request), skip_diff=True)
    except Exception as error:
        return {**row, "error": f"{type(error).__name__}: {error}"}
    return {**row, **facts(status), "changes": changes}


def open_reader(stream, request):
    # lenient: strict reading refuses hybrid cross-references outright
    reader = PdfFileReader(stream, strict=False)
    if reader.encrypted:
        reader.decrypt(request.get("password", "").encode())
    return reader


async def judge(request):
    with open(request["file"], "rb") as file:
        data = file.read()
    if "detached" in request:
        signed = cms.ContentInfo.load(data)["content"]
        with open(request["detached"], "rb") as content:
            status = await async_validate_detached_cms(
                content, signed, signer_validation_context=context(request)
            )
        return {"signatures": [{"field": None, **facts(status)}]}
    reader = open_reader(io.BytesIO(data), request)
    rows = [await judge_field(embedded, request) for embedded in reader.embedded_regular_signatures]
    return {"signatures": rows}


class Stamper(timestamps.TimeStamper):
    """RFC 3161 over HTTP with Python's own client."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req):
        headers = {"Content-Type": "application/timestamp-query"}
        query = urllib.request.Request(self.url, data=req.dump(), headers=headers)
        with urllib.request.urlopen(query, timeout=20) as reply:
            return tsp.TimeStampResp.load(reply.read())


def signer_of(request):
    with open(request["key"], "rb") as file:
        key = keys.load_private_key_from_pemder_data(file.read(), None)
    chain = [certificate(path) for path in request["chain"]]
    store = SimpleCertificateStore.from_certs(chain)
    return signers.SimpleSigner(
        signing_cert=chain[0],
        signing_key=key,
        cert_registry=store,
        prefer_pss=request["scheme"] == "rsa-pss",
    )


async def sign(request):
    signer = signer_of(request)
    stamper = Stamper(request["tsa"]) if request["level"] != "B" else None
    digest = request.get("digest", "sha256")
    if request["format"] == "cades":
        detached = request.get("packaging", "detached") == "detached"
        with open(request["file"], "rb") as content:
            made = await signer.async_sign_general_data(
                content if detached else content.read(),
                digest,
                detached=detached,
                use_cades=True,
                timestamper=stamper,
            )
        with open(request["out"], "wb") as out:
            out.write(made.dump())
        return {"out": request["out"]}
    with open(request["file"], "rb") as source:
        writer = IncrementalPdfFileWriter(source, strict=False)
        if writer.prev.encrypted:
            writer.encrypt(request.get("password", "").encode())
        taken = {name for name, _, _ in fields.enumerate_sig_fields(writer.prev)}
        name = next(f"Nuoc ngoai {i}" for i in range(1, 100) if f"Nuoc ngoai {i}" not in taken)
        long_term = request["level"] in ("LT", "LTA")
        adobe = request.get("subFilter") == "adbe.pkcs7.detached"
        meta = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm=digest,
            subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED if adobe else fields.SigSeedSubFilter.PADES,
            embed_validation_info=long_term,
            use_pades_lta=request["level"] == "LTA",
            validation_context=context(request) if long_term else None,
        )
        task = signers.PdfSigner(meta, signer, timestamper=stamper)
        with open(request["out"], "wb+") as out:
            await task.async_sign_pdf(writer, output=out)
    return {"out": request["out"]}


def answer(line):
    try:
        request = json.loads(line)
        return asyncio.run({"judge": judge, "sign": sign}[request["do"]](request))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    logging.disable(logging.CRITICAL)
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(answer(line), ensure_ascii=False), file=out, flush=True)


if __name__ == "__main__":
    main()
