using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>A passkey in software: an ES256 key, and what an authenticator and a browser make of it (WebAuthn §6.1, §5.8.1).</summary>
internal sealed class SoftwareAuthenticator : IDisposable
{
    public const string Origin = "http://localhost:5173";

    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte BackupEligible = 0x08;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);

    /// <summary>The counter of the next signature; 0 for an authenticator that does not count.</summary>
    public uint Counter { get; set; }

    public bool IsPresent { get; set; } = true;

    public bool IsVerified { get; set; } = true;

    public bool IsSynced { get; set; }

    public string PageOrigin { get; set; } = Origin;

    public string RelyingPartyId { get; set; } = "localhost";

    /// <summary>The user that it signs in; set when it is registered.</summary>
    public string UserHandle { get; set; } = "";

    public string Id => Base64Url.EncodeToString(_id);

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public JsonObject Create(JsonElement options, string type = "webauthn.create")
    {
        UserHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([.. WriteData(HasCredential), .. new byte[16], 0, (byte)_id.Length, .. _id, .. WriteKey()]);
        attestation.WriteEndMap();
        return Answer(new JsonObject { ["clientDataJSON"] = Encode(WriteClientData(options, type)), ["attestationObject"] = Encode(attestation.Encode()) });
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public JsonObject Get(JsonElement options, string type = "webauthn.get", ECDsa? key = null)
    {
        var clientData = WriteClientData(options, type);
        var data = WriteData(flags: 0);
        var signature = (key ?? _key).SignData([.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Encode(clientData),
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(signature),
            ["userHandle"] = UserHandle,
        });
    }

    public void Dispose() => _key.Dispose();

    private JsonObject Answer(JsonObject response) => new()
    {
        ["id"] = Id,
        ["rawId"] = Id,
        ["type"] = "public-key",
        ["response"] = response,
        ["clientExtensionResults"] = new JsonObject(),
    };

    private byte[] WriteClientData(JsonElement options, string type) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["challenge"] = options.GetProperty("challenge").GetString(), ["origin"] = PageOrigin, ["crossOrigin"] = false }.ToJsonString());

    private byte[] WriteData(byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        var all = (byte)(flags | (IsPresent ? UserPresent : 0) | (IsVerified ? UserVerified : 0) | (IsSynced ? BackupEligible : 0));
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingPartyId)), all, .. counter];
    }

    // RFC 9053 §7.1.1: kty EC2, alg ES256, curve P-256.
    private byte[] WriteKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var key = new CborWriter(CborConformanceMode.Ctap2Canonical);
        key.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            key.WriteInt32(label);
            key.WriteInt32(value);
        }

        key.WriteInt32(-2);
        key.WriteByteString(point.X!);
        key.WriteInt32(-3);
        key.WriteByteString(point.Y!);
        key.WriteEndMap();
        return key.Encode();
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
