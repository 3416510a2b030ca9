package anky.interop;

import com.google.gson.JsonObject;
import eu.europa.esig.dss.alert.SilentOnStatusAlert;
import eu.europa.esig.dss.cades.CAdESSignatureParameters;
import eu.europa.esig.dss.cades.signature.CAdESService;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.EncryptionAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.SignaturePackaging;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.service.http.commons.TimestampDataLoader;
import eu.europa.esig.dss.service.tsp.OnlineTSPSource;
import eu.europa.esig.dss.signature.AbstractSignatureParameters;
import eu.europa.esig.dss.spi.DSSSecurityProvider;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Signatures by EU DSS, for us to sign after and to judge. */
final class Signer {
    private Signer() {
    }

    /**
     * Request: format pades or cades, packaging (cades) detached or enveloping, level B, T, LT or LTA, file, out, key
     * (PKCS#8), chain (files), scheme, digest, tsa?, password?; trust, crl and ocsp (files) for LT and LTA.
     */
    static Map<String, Object> sign(JsonObject request) throws Exception {
        DSSDocument document = new FileDocument(request.get("file").getAsString());
        boolean pdf = request.get("format").getAsString().equals("pades");
        DSSDocument signed = pdf ? signPdf(document, request) : signContent(document, request);
        signed.save(request.get("out").getAsString());
        return Map.of("out", request.get("out").getAsString());
    }

    private static DSSDocument signPdf(DSSDocument document, JsonObject request) throws Exception {
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(level("PAdES", request));
        if (request.has("password")) {
            parameters.setPasswordProtection(request.get("password").getAsString().toCharArray());
        }
        name(parameters, request);
        PAdESService service = new PAdESService(verifier(request));
        if (request.has("tsa")) {
            service.setTspSource(authority(request));
        }
        ToBeSigned data = service.getDataToSign(document, parameters);
        return service.signDocument(document, parameters, value(parameters, data, request));
    }

    private static DSSDocument signContent(DSSDocument document, JsonObject request) throws Exception {
        CAdESSignatureParameters parameters = new CAdESSignatureParameters();
        parameters.setSignatureLevel(level("CAdES", request));
        boolean enveloping = Json.string(request, "packaging", "detached").equals("enveloping");
        parameters.setSignaturePackaging(enveloping ? SignaturePackaging.ENVELOPING : SignaturePackaging.DETACHED);
        name(parameters, request);
        CAdESService service = new CAdESService(verifier(request));
        if (request.has("tsa")) {
            service.setTspSource(authority(request));
        }
        ToBeSigned data = service.getDataToSign(document, parameters);
        return service.signDocument(document, parameters, value(parameters, data, request));
    }

    private static SignatureLevel level(String format, JsonObject request) {
        return SignatureLevel.valueOf(format + "_BASELINE_" + request.get("level").getAsString());
    }

    /** Signs whatever it is asked to: what to think of an expired or revoked certificate is the judges' business. */
    private static CommonCertificateVerifier verifier(JsonObject request) {
        CommonCertificateVerifier verifier = Judge.verifier(request);
        verifier.setAlertOnExpiredCertificate(new SilentOnStatusAlert());
        verifier.setAlertOnNotYetValidCertificate(new SilentOnStatusAlert());
        verifier.setAlertOnRevokedCertificate(new SilentOnStatusAlert());
        return verifier;
    }

    private static OnlineTSPSource authority(JsonObject request) {
        return new OnlineTSPSource(request.get("tsa").getAsString(), new TimestampDataLoader());
    }

    private static void name(AbstractSignatureParameters<?> parameters, JsonObject request) {
        List<CertificateToken> chain = Json.strings(request, "chain").stream()
                .map(path -> DSSUtils.loadCertificate(new File(path))).toList();
        parameters.setDigestAlgorithm(DigestAlgorithm.forName(Json.string(request, "digest", "sha256").toUpperCase(Locale.ROOT)));
        parameters.setSigningCertificate(chain.get(0));
        parameters.setCertificateChain(chain);
        if (scheme(request).equals("rsa-pss")) {
            parameters.setEncryptionAlgorithm(EncryptionAlgorithm.RSASSA_PSS);
        }
    }

    private static String scheme(JsonObject request) {
        return request.get("scheme").getAsString();
    }

    private static SignatureValue value(AbstractSignatureParameters<?> parameters, ToBeSigned data, JsonObject request)
            throws Exception {
        SignatureAlgorithm algorithm = parameters.getSignatureAlgorithm();
        Signature signature = Signature.getInstance(algorithm.getJCEId(), DSSSecurityProvider.getSecurityProvider());
        signature.initSign(key(request));
        signature.update(data.getBytes());
        return new SignatureValue(algorithm, signature.sign());
    }

    private static PrivateKey key(JsonObject request) throws Exception {
        String family = switch (scheme(request)) {
            case "ecdsa" -> "EC";
            case "ed25519" -> "Ed25519";
            default -> "RSA";
        };
        byte[] der = Files.readAllBytes(Path.of(request.get("key").getAsString()));
        return KeyFactory.getInstance(family, DSSSecurityProvider.getSecurityProvider())
                .generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
