using System.Net;
using System.Security.Cryptography;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>What the middleware makes of ECDSA signatures that are not quite right.</summary>
public sealed class EcdsaTokenVerificationTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private TokenForge _forge = null!;

    private protected override GatehouseHostOptions CreateOptions() => new() { SigningKey = TestKeys.Ec };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _forge = await TokenForge.CreateAsync(Host);
    }

    [Fact]
    public async Task SignatureOfTwoNumbers_IsAccepted()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync((ec, content) => ec.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    [Fact]
    public async Task SignatureOfZeros_IsRefused()
    {
        // CVE-2022-21449: a library that took it would take any token.
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(static (_, _) => new byte[64]));
    }

    [Fact]
    public async Task SignatureInDer_IsRefused()
    {
        // RFC 7518 §3.4: the two numbers side by side, 64 bytes.
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync((ec, content) => ec.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(128)]
    public async Task SignatureOfAnotherLength_IsRefused(int length)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync((ec, content) =>
        {
            var signature = ec.SignData(content, HashAlgorithmName.SHA256);
            Array.Resize(ref signature, length);
            return signature;
        }));
    }

    [Fact]
    public async Task SignatureWithSwappedNumbers_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync((ec, content) =>
        {
            var signature = ec.SignData(content, HashAlgorithmName.SHA256);
            return [.. signature[32..], .. signature[..32]];
        }));
    }

    private async Task<HttpStatusCode> SendAsync(Func<ECDsa, byte[], byte[]> sign)
    {
        using var ec = _forge.CreateEc();
        var token = TokenForge.Sign(_forge.Header().ToJsonString(), _forge.Claims().ToJsonString(), content => sign(ec, content));
        return await Host.TryTokenAsync(token);
    }
}
