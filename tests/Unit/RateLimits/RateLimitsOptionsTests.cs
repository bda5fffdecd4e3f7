using Gatehouse.Access;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class RateLimitsOptionsTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.True(Read().Enabled);
    }

    [Fact]
    public void OneValue_KeepsTheOtherDefaults()
    {
        var options = Read(("RateLimits:Routes:authenticate:Window", "00:02:00"), ("RateLimits:Default:PermitLimit", "5"));

        Assert.Equal(10, options.Routes["Authenticate"].PermitLimit);
        Assert.Equal(TimeSpan.FromMinutes(2), options.Routes["Authenticate"].Window);
        Assert.Equal(60, options.Routes["Token"].PermitLimit);
        Assert.Equal(5, options.Default.PermitLimit);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Default.Window);
    }

    [Theory]
    [InlineData("RateLimits:Partitions", "1023", "between 1024 and 1048576")]
    [InlineData("RateLimits:Partitions", "1048577", "between 1024 and 1048576")]
    [InlineData("RateLimits:Default:PermitLimit", "0", "between 1 and 1000000")]
    [InlineData("RateLimits:UserName:PermitLimit", "-1", "between 1 and 1000000")]
    [InlineData("RateLimits:Routes:Token:PermitLimit", "1000001", "between 1 and 1000000")]
    [InlineData("RateLimits:Routes:Token:Window", "00:00:00.5", "between 00:00:01 and 1.00:00:00")]
    [InlineData("RateLimits:Default:Window", "1.00:00:01", "between 00:00:01 and 1.00:00:00")]
    [InlineData("RateLimits:Routes:Tokens:PermitLimit", "5", "the name of a function")]
    [InlineData("RateLimits:Routes:Live:PermitLimit", "5", "the name of a function")]
    public void InvalidValue_IsReported_WithSettingAndRange(string setting, string value, string range)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read((setting, value)));

        var message = Assert.Single(failure.Failures);
        Assert.Contains(setting.Replace("Tokens:PermitLimit", "Tokens", StringComparison.Ordinal).Replace("Live:PermitLimit", "Live", StringComparison.Ordinal) + " must be", message, StringComparison.Ordinal);
        Assert.Contains(range, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Caller_OneValue_KeepsTheOtherDefaults()
    {
        var limit = Assert.Single(Read(("RateLimits:Callers:Hourly:PermitLimit", "50")).Callers).Value;

        Assert.Equal(50, limit.PermitLimit);
        Assert.Equal(TimeSpan.FromHours(1), limit.Window);
        Assert.Equal(LimitedBy.Caller, limit.By);
        Assert.False(limit.Shared);
        Assert.Equal(5, limit.SliceOrDefault);
    }

    [Theory]
    [InlineData("PermitLimit", "0", "hourly:PermitLimit must be between 1 and 1000000")]
    [InlineData("Window", "1.00:00:01", "hourly:Window must be between 00:00:01 and 1.00:00:00")]
    [InlineData("By", "7", "hourly:By must be Caller or Role")]
    [InlineData("Roles", "viewer edito", "hourly:Roles names the role 'edito'")]
    [InlineData("Functions", "ListUsers Lists", "hourly:Functions names 'Lists', which has no limit of callers. These have one: AddClientSecret, AddPasskey, AddTotp")]
    [InlineData("Functions", "Authenticate", "hourly:Functions names 'Authenticate'")]
    [InlineData("Functions", "Logout", "hourly:Functions names 'Logout'")]
    [InlineData("Slice", "5", "hourly:Slice needs RateLimits:Callers:hourly:Shared to be true")]
    public void Caller_InvalidValue_IsReported(string setting, string value, string expected)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(($"RateLimits:Callers:hourly:{setting}", value)));

        Assert.StartsWith($"RateLimits:Callers:{expected}", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Slice", "0", "hourly:Slice must be between 1 and 1000")]
    [InlineData("Slice", "1001", "hourly:Slice must be between 1 and 1000")]
    [InlineData("Window", "00:00:59", "hourly:Window must be between 00:01:00 and 1.00:00:00")]
    public void Caller_InvalidSharedValue_IsReported(string setting, string value, string expected)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(("RateLimits:Callers:hourly:Shared", "true"), ($"RateLimits:Callers:hourly:{setting}", value)));

        Assert.StartsWith($"RateLimits:Callers:{expected}", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("UserName")]
    [InlineData("token")]
    [InlineData("per-hour")]
    [InlineData("a23456789012345678901234567890123")]
    public void Caller_NameThatAnswersCantShow_IsReported(string name)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(($"RateLimits:Callers:{name}:PermitLimit", "5")));

        Assert.StartsWith($"RateLimits:Callers:{name} must have a name", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    private static RateLimitsOptions Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddSingleton(typeof(GatehouseBuilderExtensions).Assembly)
            .AddSingleton<FunctionCatalog>()
            .AddAccess(configuration)
            .AddRateLimits(configuration)
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<RateLimitsOptions>>().Value;
    }
}
