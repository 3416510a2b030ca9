package anky.interop;

import com.google.gson.JsonObject;
import eu.europa.esig.dss.diagnostic.AbstractSignatureWrapper;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.IPdfObjFactory;
import eu.europa.esig.dss.pdf.ServiceLoaderPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.policy.SignaturePolicyProvider;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What EU DSS says of one signed file under its stock policy; nothing is fetched from anywhere. */
final class Judge {
    private Judge() {
    }

    /** Request: file, detached?, password?, trust (files), crl (files), ocsp? (files), at? (ISO 8601; else now). */
    static Map<String, Object> judge(JsonObject request) {
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(request.get("file").getAsString()));
        validator.setCertificateVerifier(verifier(request));
        validator.setSignaturePolicyProvider(new SignaturePolicyProvider());
        validator.setEnableEtsiValidationReport(false);
        validator.setLocale(Locale.ENGLISH);
        if (request.has("at")) {
            validator.setValidationTime(Date.from(Instant.parse(request.get("at").getAsString())));
        }
        if (request.has("detached")) {
            validator.setDetachedContents(List.of(new FileDocument(request.get("detached").getAsString())));
        }
        if (validator instanceof PDFDocumentValidator pdf) {
            pdf.setPdfObjFactory(withoutPictures());
            if (request.has("password")) {
                pdf.setPasswordProtection(request.get("password").getAsString().toCharArray());
            }
        }
        Reports reports = validator.validateDocument();
        DiagnosticData facts = reports.getDiagnosticData();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("signatures", facts.getSignatures().stream().map(s -> signature(s, reports)).toList());
        answer.put("timestamps", facts.getTimestampList().stream().map(t -> timestamp(t, reports)).toList());
        return answer;
    }

    /** Comparing pictures of all pages of all revisions takes seconds a file; the objects are compared still. */
    private static IPdfObjFactory withoutPictures() {
        DefaultPdfDifferencesFinder finder = new DefaultPdfDifferencesFinder();
        finder.setMaximalPagesAmountForVisualComparison(0);
        ServiceLoaderPdfObjFactory factory = new ServiceLoaderPdfObjFactory();
        factory.setPdfDifferencesFinder(finder);
        return factory;
    }

    static CommonCertificateVerifier verifier(JsonObject request) {
        CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
        for (String path : Json.strings(request, "trust")) {
            CertificateToken anchor = DSSUtils.loadCertificate(new File(path));
            anchors.addCertificate(anchor);
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);
        verifier.setTrustedCertSources(anchors);
        InputStream[] crls = streams(request, "crl");
        if (crls.length > 0) {
            verifier.setCrlSource(new ExternalResourcesCRLSource(crls));
        }
        InputStream[] ocsps = streams(request, "ocsp");
        if (ocsps.length > 0) {
            verifier.setOcspSource(new ExternalResourcesOCSPSource(ocsps));
        }
        return verifier;
    }

    private static InputStream[] streams(JsonObject request, String key) {
        return Json.strings(request, key).stream().map(Judge::open).toArray(InputStream[]::new);
    }

    private static InputStream open(String path) {
        try {
            return new ByteArrayInputStream(Files.readAllBytes(Path.of(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> signature(SignatureWrapper s, Reports reports) {
        SimpleReport verdict = reports.getSimpleReport();
        Map<String, Object> row = common(s);
        row.put("level", String.valueOf(s.getSignatureFormat()));
        row.put("indication", String.valueOf(verdict.getIndication(s.getId())));
        row.put("subIndication", Json.name(verdict.getSubIndication(s.getId())));
        row.put("errors", texts(verdict.getAdESValidationErrors(s.getId())));
        row.put("warnings", texts(verdict.getAdESValidationWarnings(s.getId())));
        row.put("structureValid", s.isStructuralValidationValid());
        if (s.getPDFRevision() != null) {
            row.put("field", s.getFirstFieldName());
            row.put("byteRange", s.getSignatureByteRange());
            row.put("byteRangeValid", s.isSignatureByteRangeValid());
            row.put("dictionaryConsistent", s.isPdfSignatureDictionaryConsistent());
            row.put("changes", changes(s));
        }
        return row;
    }

    private static Map<String, Object> timestamp(TimestampWrapper t, Reports reports) {
        Map<String, Object> row = common(t);
        row.put("type", t.getType().name());
        row.put("indication", Json.name(reports.getDetailedReport().getBasicTimestampValidationIndication(t.getId())));
        row.put("of", t.getTimestampedSignatures().stream().map(SignatureWrapper::getId).toList());
        return row;
    }

    private static Map<String, Object> common(AbstractSignatureWrapper s) {
        boolean digests = s.getDigestMatchers().stream().allMatch(d -> d.isDataFound() && d.isDataIntact());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", s.getId());
        row.put("intact", s.isSignatureIntact() && digests);
        row.put("chainTrusted", s.isTrustedChain());
        row.put("digest", Json.name(s.getDigestAlgorithm()));
        row.put("encryption", Json.name(s.getEncryptionAlgorithm()));
        return row;
    }

    /** Counts of later changes by kind; `undefined` is what DSS has no honest reason for. */
    private static Map<String, Object> changes(SignatureWrapper s) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("form", size(s.getPdfSignatureOrFormFillChanges()));
        row.put("annotation", size(s.getPdfAnnotationChanges()));
        row.put("undefined", size(s.getPdfUndefinedChanges()));
        return row;
    }

    private static int size(List<?> list) {
        return list == null ? 0 : list.size();
    }

    private static List<String> texts(List<Message> messages) {
        List<String> texts = new ArrayList<>();
        if (messages != null) {
            messages.forEach(m -> texts.add(m.getValue()));
        }
        return texts;
    }
}
