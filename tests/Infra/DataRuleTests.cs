namespace Gatehouse.Tests.Infra;

public sealed class DataRuleTests
{
    [Theory]
    [InlineData("allowSharedKeyAccess", "false")]
    [InlineData("allowBlobPublicAccess", "false")]
    [InlineData("allowCrossTenantReplication", "false")]
    [InlineData("supportsHttpsTrafficOnly", "true")]
    [InlineData("minimumTlsVersion", "TLS1_2")]
    public async Task Storage_HasTheProperty(string property, string value) =>
        Assert.Equal(value, (await Template.GetAsync()).Single("Microsoft.Storage/storageAccounts")[property]?.ToString());

    [Theory]
    [InlineData("deleteRetentionPolicy/enabled")]
    [InlineData("containerDeleteRetentionPolicy/enabled")]
    public async Task DeletedBlobs_AreRetained(string property) =>
        Assert.Equal("true", (await Template.GetAsync()).Single("Microsoft.Storage/storageAccounts/blobServices")[property]?.ToString());

    [Fact]
    public async Task App_MayWriteTablesAndBlobs_OfTheAccountWithItsData()
    {
        // Blobs hold the revocation feed. Table Data Contributor; Blob Data Owner or Contributor.
        var module = (await Template.GetAsync()).ModuleTemplate("storage").ToJsonString();

        Assert.Contains("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", module, StringComparison.Ordinal);
        Assert.Matches("b7e6dc6d-f1e8-4753-8033-0f276bb0955b|ba92f5b4-2d11-453d-a403-e96b0029c9fe", module);
    }

    [Fact]
    public async Task DeploymentContainer_IsPrivate() =>
        Assert.Equal("None", (await Template.GetAsync()).Single("Microsoft.Storage/storageAccounts/blobServices/containers")["publicAccess"]?.ToString());

    [Theory]
    [InlineData("enableRbacAuthorization", "true")]
    [InlineData("enableSoftDelete", "true")]
    [InlineData("softDeleteRetentionInDays", "90")]
    [InlineData("enablePurgeProtection", "true")]
    [InlineData("enabledForDeployment", "false")]
    [InlineData("enabledForDiskEncryption", "false")]
    [InlineData("enabledForTemplateDeployment", "false")]
    public async Task Vault_HasTheProperty(string property, string value)
    {
        var vault = (await Template.GetAsync()).Single("Microsoft.KeyVault/vaults");
        Assert.Equal(value, vault[property]?.ToString());
        Assert.Null(vault["accessPolicies"]);
    }

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts")]
    [InlineData("Microsoft.KeyVault/vaults")]
    public async Task Isolation_DisablesPublicAccess(string type)
    {
        var template = await Template.GetAsync();
        var resource = template.Single(type);
        Assert.Equal("[if(parameters('isPublic'), 'Enabled', 'Disabled')]", resource["publicNetworkAccess"]?.ToString());
        Assert.Equal("[if(parameters('isPublic'), 'Allow', 'Deny')]", resource["networkAcls/defaultAction"]?.ToString());
        Assert.Equal("None", resource["networkAcls/bypass"]?.ToString());
        Assert.Equal("[not(parameters('networkIsolation'))]", template.Module(resource.Module)["properties"]!["parameters"]!["isPublic"]!["value"]!.ToString());
    }

    [Fact]
    public async Task Isolation_HasAnEndpointAndADnsZone_ForEachService()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[parameters('networkIsolation')]", template.Module("network")["condition"]!.ToString());
        var services = template.ModuleTemplate("network")["variables"]!["services"]!.AsArray();
        Assert.Equal(
            [
                ("blob", "[resourceId('Microsoft.Storage/storageAccounts', parameters('storageName'))]", "[format('privatelink.blob.{0}', environment().suffixes.storage)]"),
                ("table", "[resourceId('Microsoft.Storage/storageAccounts', parameters('storageName'))]", "[format('privatelink.table.{0}', environment().suffixes.storage)]"),
                ("vault", "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]", "[format('privatelink{0}', replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.'))]"),
            ],
            services.Select(static service => (service!["name"]!.ToString(), service["target"]!.ToString(), service["zone"]!.ToString())));
        foreach (var type in (string[])["privateEndpoints", "privateEndpoints/privateDnsZoneGroups", "privateDnsZones", "privateDnsZones/virtualNetworkLinks"])
        {
            template.Single($"Microsoft.Network/{type}");
        }
    }

    [Fact]
    public async Task Isolation_ConnectsTheAppToTheNetwork()
    {
        var template = await Template.GetAsync();
        var subnet = template.Single("Microsoft.Network/virtualNetworks")["subnets"]![0]!["properties"]!;
        Assert.Equal("Microsoft.App/environments", subnet["delegations"]![0]!["properties"]!["serviceName"]!.ToString());
        Assert.Contains("resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('networkName'), 'app')", template.Single("Microsoft.Web/sites")["virtualNetworkSubnetId"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Isolation_DeniesTheInternet()
    {
        var template = await Template.GetAsync();
        var rule = Assert.Single(template.Single("Microsoft.Network/networkSecurityGroups")["securityRules"]!.AsArray())!["properties"]!;
        Assert.Equal(
            ("Inbound", "Deny", "Internet", "*", "*", "*"),
            (Text("direction"), Text("access"), Text("sourceAddressPrefix"), Text("destinationAddressPrefix"), Text("destinationPortRange"), Text("protocol")));
        Assert.All(
            template.Single("Microsoft.Network/virtualNetworks")["subnets"]!.AsArray(),
            static subnet => Assert.Contains("networkSecurityGroups", subnet!["properties"]!["networkSecurityGroup"]!["id"]!.ToString(), StringComparison.Ordinal));

        string Text(string name) => rule[name]!.ToString();
    }
}
