using System.Text;
using Gatehouse.Users;
using OtpNet;

namespace Gatehouse.Tests.Unit.Users;

public sealed class TotpFactorTests
{
    private static readonly string Secret = Base32Encoding.ToString(Encoding.ASCII.GetBytes("12345678901234567890"));

    // RFC 6238, Appendix B: the last six digits of the codes for SHA-1.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void FindStep_CodeOfTheStandard_IsItsStep(long seconds, string code) =>
        Assert.Equal(seconds / 30, new TotpFactor(Secret, LastStep: 0, default).FindStep(code, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public void FindStep_CodeOfAUsedStep_IsNone(long lastStep, bool isAccepted) =>
        Assert.Equal(isAccepted, new TotpFactor(Secret, lastStep, default).FindStep("287082", DateTimeOffset.FromUnixTimeSeconds(59)) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("94287082")]
    [InlineData("28708x")]
    public void FindStep_AnotherText_IsNone(string code) => Assert.Null(new TotpFactor(Secret, LastStep: 0, default).FindStep(code, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void RecoveryCodes_Are120RandomBits()
    {
        _ = Factors.None.WithNewRecoveryCodes(out var codes);

        Assert.All(codes, static code => Assert.Matches("^([a-z2-7]{6}-){3}[a-z2-7]{6}$", code));
        Assert.Equal(10, codes.Distinct().Count());
    }

    [Fact]
    public void Store_AndParse_AreInverse()
    {
        var factors = new Factors(new TotpFactor(Secret, 7, DateTimeOffset.UnixEpoch), []).WithNewRecoveryCodes(out _);

        Assert.Equal(factors, Factors.Parse(factors.Store()));
        Assert.Null(Factors.None.Store());
        Assert.Equal(Factors.None, Factors.Parse(null));
    }
}
