package anky.interop;

import com.google.gson.JsonObject;
import eu.europa.esig.dss.signature.AbstractSignatureParameters;
import eu.europa.esig.dss.cades.CAdESSignatureParameters;
import eu.europa.esig.dss.cades.signature.CAdESService;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.EncryptionAlgorithm;
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
import eu.europa.esig.dss.spi.DSSUtils;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Map;

/** Signatures by EU DSS, for us to sign after and to judge. */
final class Signer {
    private Signer() {
    }

    /** Request: format pades or cades, level B or T, file, out, key (PKCS#8), chain (files), scheme, tsa?, password?. */
    static Map<String, Object> sign(JsonObject request) throws Exception {
        DSSDocument document = new FileDocument(request.get("file").getAsString());
        boolean pdf = request.get("format").getAsString().equals("pades");
        DSSDocument signed = pdf ? signPdf(document, request) : signDetached(document, request);
        signed.save(request.get("out").getAsString());
        return Map.of("out", request.get("out").getAsString());
    }

    private static DSSDocument signPdf(DSSDocument document, JsonObject request) throws Exception {
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(timestamped(request) ? SignatureLevel.PAdES_BASELINE_T : SignatureLevel.PAdES_BASELINE_B);
        if (request.has("password")) {
            parameters.setPasswordProtection(request.get("password").getAsString().toCharArray());
        }
        name(parameters, request);
        PAdESService service = new PAdESService(Judge.verifier(request));
        if (timestamped(request)) {
            service.setTspSource(authority(request));
        }
        ToBeSigned data = service.getDataToSign(document, parameters);
        return service.signDocument(document, parameters, value(parameters, data, request));
    }

    private static DSSDocument signDetached(DSSDocument document, JsonObject request) throws Exception {
        CAdESSignatureParameters parameters = new CAdESSignatureParameters();
        parameters.setSignatureLevel(timestamped(request) ? SignatureLevel.CAdES_BASELINE_T : SignatureLevel.CAdES_BASELINE_B);
        parameters.setSignaturePackaging(SignaturePackaging.DETACHED);
        name(parameters, request);
        CAdESService service = new CAdESService(Judge.verifier(request));
        if (timestamped(request)) {
            service.setTspSource(authority(request));
        }
        ToBeSigned data = service.getDataToSign(document, parameters);
        return service.signDocument(document, parameters, value(parameters, data, request));
    }

    private static boolean timestamped(JsonObject request) {
        return request.get("level").getAsString().equals("T");
    }

    private static OnlineTSPSource authority(JsonObject request) {
        return new OnlineTSPSource(request.get("tsa").getAsString(), new TimestampDataLoader());
    }

    private static void name(AbstractSignatureParameters<?> parameters, JsonObject request) {
        List<CertificateToken> chain = Json.strings(request, "chain").stream()
                .map(path -> DSSUtils.loadCertificate(new File(path))).toList();
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(chain.get(0));
        parameters.setCertificateChain(chain);
        if (pss(request)) {
            parameters.setEncryptionAlgorithm(EncryptionAlgorithm.RSASSA_PSS);
        }
    }

    private static boolean pss(JsonObject request) {
        return Json.string(request, "scheme", "").equals("rsa-pss");
    }

    private static SignatureValue value(AbstractSignatureParameters<?> parameters, ToBeSigned data, JsonObject request)
            throws Exception {
        Signature signature = Signature.getInstance(pss(request) ? "RSASSA-PSS"
                : request.get("scheme").getAsString().equals("ecdsa") ? "SHA256withECDSA" : "SHA256withRSA");
        if (pss(request)) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signature.initSign(key(request));
        signature.update(data.getBytes());
        return new SignatureValue(parameters.getSignatureAlgorithm(), signature.sign());
    }

    private static PrivateKey key(JsonObject request) throws Exception {
        String family = request.get("scheme").getAsString().equals("ecdsa") ? "EC" : "RSA";
        byte[] der = Files.readAllBytes(Path.of(request.get("key").getAsString()));
        return KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
