using Gatehouse.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Gatehouse.Tests.Unit.Telemetry;

/// <summary>In one collection with the tests that count allocations, because an SDK listens to every meter of its process.</summary>
[Collection("OpenTelemetry SDK")]
public sealed class TelemetrySettingsTests
{
    private const string ConnectionString = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://example.invalid/";

    [Fact]
    public void NoDestination_LoadsNoSdk()
    {
        using var services = Build();

        Assert.Null(services.GetService<MeterProvider>());
        Assert.Null(services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData(TelemetrySettings.OtlpEndpointName, "http://localhost:4317")]
    [InlineData(TelemetrySettings.ConnectionStringName, ConnectionString)]
    public void OneDestination_LoadsTheSdk(string name, string value)
    {
        using var services = Build((name, value));

        Assert.NotNull(services.GetService<MeterProvider>());
        Assert.NotNull(services.GetService<TracerProvider>());
    }

    [Fact]
    public void BothDestinations_WithAnIdentity_LoadTheSdk()
    {
        using var services = Build(
            (TelemetrySettings.OtlpEndpointName, "http://localhost:4317"),
            (TelemetrySettings.ConnectionStringName, ConnectionString),
            (TelemetrySettings.AuthenticationStringName, "ClientId=00000000-0000-0000-0000-000000000002;Authorization=AAD"));

        Assert.NotNull(services.GetService<MeterProvider>());
        Assert.NotNull(services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData(TelemetrySettings.ConnectionStringName, "nonsense")]
    [InlineData(TelemetrySettings.AuditConnectionStringName, "nonsense")]
    [InlineData(TelemetrySettings.AuthenticationStringName, "Authorization=Basic")]
    [InlineData(TelemetrySettings.AuthenticationStringName, "ClientId=1")]
    [InlineData(TelemetrySettings.AuthenticationStringName, "ClientId=;Authorization=AAD")]
    [InlineData(TelemetrySettings.AuthenticationStringName, "Basic")]
    [InlineData(TelemetrySettings.AuthenticationStringName, "Authorization=AAD;Password=secret")]
    [InlineData(TelemetrySettings.OtlpEndpointName, "localhost:4317")]
    [InlineData(TelemetrySettings.OtlpEndpointName, "ftp://localhost")]
    [InlineData(TelemetrySettings.OtlpEndpointName, "/here")]
    public void InvalidValue_StopsTheStart_NamingTheSettingWithoutTheValue(string name, string value)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read((name, value)));

        Assert.StartsWith(name + " must be ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization=AAD", null)]
    [InlineData("ClientId=abc;Authorization=AAD", "abc")]
    [InlineData(" authorization = aad ; clientid = abc ;", "abc")]
    public void Identity_IsRead_InAnyOrderAndCase(string text, string? clientId) =>
        Assert.Equal(new TelemetryIdentity(clientId), Read((TelemetrySettings.AuthenticationStringName, text)).Identity);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void EmptyValue_CountsAsMissing(string value)
    {
        var settings = Read(
            (TelemetrySettings.ConnectionStringName, value),
            (TelemetrySettings.AuditConnectionStringName, value),
            (TelemetrySettings.AuthenticationStringName, value),
            (TelemetrySettings.OtlpEndpointName, value));

        Assert.Equal(new TelemetrySettings(ConnectionString: null, Identity: null, AuditConnectionString: null, HasOtlp: false), settings);
    }

    private static TelemetrySettings Read(params (string Name, string Value)[] settings) => TelemetrySettings.Read(Configure(settings));

    private static ServiceProvider Build(params (string Name, string Value)[] settings) => new ServiceCollection()
        .AddSingleton(Configure(settings))
        .AddSingleton(TimeProvider.System)
        .AddTelemetry(Configure(settings))
        .BuildServiceProvider();

    private static IConfiguration Configure((string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
