using System.Security.Cryptography;
using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>What the tool does wherever the keys are.</summary>
public abstract class KeyToolContract
{
    private protected FakeTimeProvider Time { get; } = new(TestKeys.CreatedOn);

    private protected abstract Tool Tool { get; }

    [Fact]
    public async Task List_NoKeys_SaysWhatToDo()
    {
        var result = await Tool.RunAsync("list");

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Contains("Make one with: new", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_First_SignsAtOnce_AndTheNextIsAnnounced()
    {
        var first = Assert.Single(await Tool.DoAsync("new"));
        Assert.Equal("active", first.State);
        Assert.Equal("RS256", first.Algorithm);

        Time.Advance(TimeSpan.FromHours(1));
        var keys = await Tool.DoAsync("new --type p-256");

        Assert.Equal(["active", "announced"], keys.Select(static key => key.State));
        Assert.Equal("ES256", keys[1].Algorithm);
        Assert.Equal(first.Kid, keys[0].Kid);
    }

    [Theory]
    [InlineData("rsa-2048", "RS256")]
    [InlineData("rsa-3072", "RS256")]
    [InlineData("p-256", "ES256")]
    public async Task Rotate_MakesTheNextOfTheSameType(string type, string algorithm)
    {
        await Tool.DoAsync($"new --type {type}");
        Time.Advance(TimeSpan.FromDays(1));

        var keys = await Tool.DoAsync("rotate");

        Assert.Equal([algorithm, algorithm], keys.Select(static key => key.Algorithm));
    }

    [Fact]
    public async Task Key_GoesThroughItsLife()
    {
        await Tool.DoAsync("new");
        Time.Advance(TimeSpan.FromDays(1));
        await Tool.DoAsync("rotate");
        Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(["active", "announced"], await StatesAsync());

        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["retiring", "active"], await StatesAsync());

        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(["retired", "active"], await StatesAsync());

        Time.Advance(TimeSpan.FromDays(363.5));
        Assert.Equal(["expired", "active"], await StatesAsync());
    }

    [Fact]
    public async Task New_IfMissing_DoesNothingWhenThereIsOne()
    {
        await Tool.DoAsync("new --if-missing");

        Assert.Single(await Tool.DoAsync("new --if-missing"));
    }

    [Fact]
    public async Task Rotate_NoKeys_SaysToMakeTheFirst()
    {
        var result = await Tool.RunAsync("rotate");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("new", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateEmergency_SignsAtOnce_DisablesTheOthers_AndSaysWhatThatMeans()
    {
        await Tool.DoAsync("new");
        Time.Advance(TimeSpan.FromDays(1));
        await Tool.DoAsync("rotate");
        Time.Advance(TimeSpan.FromMinutes(1));

        var result = await Tool.RunAsync("rotate --emergency");

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Contains("refuses the access tokens of the old keys", result.Errors, StringComparison.Ordinal);
        Assert.Equal(["disabled", "disabled", "active"], await StatesAsync());
    }

    [Fact]
    public async Task RotateEmergency_ShowsTheStatesAfterIt()
    {
        await Tool.DoAsync("new");
        Time.Advance(TimeSpan.FromDays(1));

        var keys = await Tool.DoAsync("rotate --emergency");

        Assert.Equal(["disabled", "active"], keys.Select(static key => key.State));
    }

    [Fact]
    public async Task Rotate_KeyThatEndsSoon_TheNextBeginsInTime()
    {
        await Tool.DoAsync("new --expires-in 60.00:00:00");
        Time.Advance(TimeSpan.FromDays(59.5));

        await Tool.DoAsync("rotate");

        Assert.Equal(["active", "announced"], await StatesAsync());
        Time.Advance(TimeSpan.FromDays(0.5));
        Assert.Equal(["expired", "active"], await StatesAsync());
    }

    [Theory]
    [InlineData("new --expires-in 10000000.00:00:00", "between 0 and 36500 days")]
    [InlineData("new --access-token-lifetime -00:01:00", "between 0 and 36500 days")]
    [InlineData("new --announce-for -1.00:00:00", "between 00:30:00 and 30.00:00:00")]
    [InlineData("new --announce-for 00:29:59", "between 00:30:00 and 30.00:00:00")]
    [InlineData("new --announce-for 30.00:00:01", "between 00:30:00 and 30.00:00:00")]
    [InlineData("new --announce-for 24:00:00", "--announce-for would be 24 days. Write 1.00:00:00 for a day")]
    [InlineData("new --expires-in 90", "--expires-in would be 90 days.")]
    public async Task ImpossibleOrMisleadingSpan_IsRefused(string command, string expected)
    {
        var result = await Tool.RunAsync(command);

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Empty(await Tool.DoAsync("list"));
    }

    [Fact]
    public async Task Retire_ByKid_Disables_AndKeepsItsId()
    {
        var first = (await Tool.DoAsync("new"))[0];
        Time.Advance(TimeSpan.FromDays(1));
        await Tool.DoAsync("rotate");
        Time.Advance(TimeSpan.FromDays(1));

        var keys = await Tool.DoAsync($"retire {first.Kid}");

        Assert.Equal(["disabled", "active"], keys.Select(static key => key.State));
        Assert.Equal(first.Kid, keys[0].Kid);
    }

    [Fact]
    public async Task Retire_TheOnlyOneThatSigns_IsRefused_UnlessForced()
    {
        var first = (await Tool.DoAsync("new"))[0];
        Time.Advance(TimeSpan.FromDays(1));
        await Tool.DoAsync("rotate");

        var refused = await Tool.RunAsync($"retire {first.Version}");
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains("rotate --emergency", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(["active", "announced"], await StatesAsync());

        Assert.Equal(["disabled", "announced"], (await Tool.DoAsync($"retire {first.Version} --force")).Select(static key => key.State));
    }

    [Theory]
    [InlineData("-hQLY0Ubv-u-4WWhW8aMdidFrRlcnyxUiKdK3buYxl0p")]
    [InlineData("-QLY0Ubv-u-4WWhW8aMdidFrRlcnyxUiKdK3buYxl0ps")]
    [InlineData("--LY0Ubv-u-4WWhW8aMdidFrRlcnyxUiKdK3buYxl0ps")]
    public async Task Retire_KeyIdThatLooksLikeAnOption_IsTakenForAKeyId(string kid)
    {
        var result = await Tool.RunAsync($"retire {kid}");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains($"no key or version {kid}.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retire_UnknownKey_IsRefused()
    {
        var result = await Tool.RunAsync("retire nothing");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("nothing", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_PemOrJwk_IsTakenOnce()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ec.ExportPkcs8PrivateKeyPem();
        await Tool.DoAsync("import -", TestKeys.Rsa);
        Time.Advance(TimeSpan.FromDays(1));

        var keys = await Tool.DoAsync("import -", pem);

        Assert.Equal(["active", "announced"], keys.Select(static key => key.State));
        var again = await Tool.RunAsync("import -", pem);
        Assert.Equal(ExitCode.Failed, again.ExitCode);
        Assert.Contains("already", again.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, "at least 2048")]
    [InlineData(0, "no private key")]
    public async Task Import_WeakOrPublicKey_IsRefusedWithTheReason(int bits, string reason)
    {
        using var rsa = RSA.Create(bits == 0 ? 2048 : bits);
        var pem = bits == 0 ? rsa.ExportSubjectPublicKeyInfoPem() : rsa.ExportPkcs8PrivateKeyPem();

        var result = await Tool.RunAsync("import -", pem);

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
        Assert.Empty(await Tool.DoAsync("list"));
    }

    [Fact]
    public async Task NewAndList_ShowNothingPrivate()
    {
        var made = await Tool.RunAsync("new");
        var listed = await Tool.RunAsync("list --json");

        foreach (var text in (string[])[made.Output, made.Errors, listed.Output, listed.Errors])
        {
            Assert.DoesNotContain("PRIVATE", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"d\"", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("new --type rsa-1024")]
    [InlineData("new --expires-in soon")]
    [InlineData("new --expires-in -1.00:00:00")]
    [InlineData("retire")]
    [InlineData("list --bogus")]
    public async Task CommandLine_ThatIsNotUnderstood_IsAUsageError(string command)
    {
        var result = await Tool.RunAsync(command);

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.StartsWith("keys: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_WithoutTimeToAnnounceTheNext_IsRefused()
    {
        var result = await Tool.RunAsync("new --expires-in 1.00:00:00");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("--announce-for", result.Errors, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> StatesAsync() => (await Tool.DoAsync("list")).Select(static key => key.State);
}
