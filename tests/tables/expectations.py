"""What each real sample comes in as: rows, encoding, separator, the type of each column and what is reported.

Each line was looked at in the file. A column that is not named is text. Types are those of the values alone, without
what a schema says of them.
"""

from dataclasses import dataclass

from catalogue.tables.contract import Type


@dataclass(frozen=True)
class Expected:
    """`types`: names of columns, separated by spaces. `notes`: codes of what is reported, each once."""

    rows: int
    columns: int
    format: str
    separator: str
    types: dict[Type, str]
    notes: str = ""
    encoding: str = "UTF-8"


EXPECTED = {
    "acceslibre_base__exemple.csv": Expected(
        6, 92, "csv", ",",
        {
            Type.POSTCODE: "postal_code",
            Type.COMMUNE: "code_insee",
            Type.SIRET: "siret",
            Type.URL: "contact_url site_internet",
            Type.LONGITUDE: "longitude",
            Type.LATITUDE: "latitude",
            Type.BOOLEAN: (
                "transport_station_presence transport_bureau_de_vote_accessibilite stationnement_presence "
                "stationnement_pmr stationnement_ext_presence cheminement_ext_presence cheminement_ext_terrain_stable "
                "cheminement_ext_plain_pied cheminement_ext_pente_presence cheminement_ext_bande_guidage "
                "cheminement_ext_retrecissement entree_reperage entree_vitree entree_vitree_vitrophanie "
                "entree_plain_pied entree_ascenseur entree_marches_reperage entree_marches_main_courante "
                "entree_dispositif_appel entree_balise_sonore entree_pmr accueil_visibilite "
                "accueil_cheminement_plain_pied accueil_retrecissement accueil_isoloir_accessibilite "
                "accueil_urne_accessibilite sanitaires_presence sanitaires_adaptes conformite"
            ),
            Type.INTEGER: "entree_marches entree_largeur_mini",
            Type.LIST: "labels labels_familles_handicap",
        },
    ),
    "acceslibre_bureau_vote__exemple.csv": Expected(
        6, 63, "csv", ",",
        {
            Type.POSTCODE: "postal_code",
            Type.COMMUNE: "code_insee",
            Type.SIRET: "siret",
            Type.URL: "contact_url site_internet",
            Type.LONGITUDE: "longitude",
            Type.LATITUDE: "latitude",
            Type.BOOLEAN: (
                "transport_station_presence transport_bureau_de_vote_accessibilite stationnement_presence "
                "stationnement_pmr stationnement_ext_presence cheminement_ext_presence cheminement_ext_terrain_stable "
                "cheminement_ext_plain_pied cheminement_ext_pente_presence cheminement_ext_bande_guidage "
                "cheminement_ext_retrecissement entree_reperage entree_vitree entree_vitree_vitrophanie "
                "entree_plain_pied entree_ascenseur entree_marches_reperage entree_marches_main_courante "
                "entree_dispositif_appel entree_balise_sonore entree_pmr accueil_visibilite "
                "accueil_isoloir_accessibilite accueil_urne_accessibilite sanitaires_presence sanitaires_adaptes "
                "conformite"
            ),
            Type.INTEGER: "entree_marches entree_largeur_mini",
        },
    ),
    "acceslibre_scolaire__exemple.csv": Expected(
        6, 76, "csv", ",",
        {
            Type.POSTCODE: "postal_code",
            Type.COMMUNE: "code_insee",
            Type.SIRET: "siret",
            Type.URL: "contact_url site_internet",
            Type.LONGITUDE: "longitude",
            Type.LATITUDE: "latitude",
            Type.BOOLEAN: (
                "transport_station_presence stationnement_presence stationnement_pmr stationnement_ext_presence "
                "cheminement_ext_presence cheminement_ext_terrain_stable cheminement_ext_plain_pied "
                "cheminement_ext_pente_presence cheminement_ext_bande_guidage cheminement_ext_retrecissement "
                "entree_reperage entree_vitree entree_vitree_vitrophanie entree_plain_pied entree_ascenseur "
                "entree_marches_reperage entree_marches_main_courante entree_dispositif_appel entree_balise_sonore "
                "entree_pmr accueil_visibilite accueil_cheminement_plain_pied accueil_retrecissement "
                "sanitaires_presence sanitaires_adaptes conformite"
            ),
            Type.INTEGER: "entree_marches entree_largeur_mini",
        },
    ),
    "aire_livraison__antibes.csv": Expected(
        21, 25, "csv", ",",
        {
            Type.INTEGER: "ID EMPRISE_LONGUEUR",
            Type.COMMUNE: "COLL_INSEE",
            Type.DATE: "ARR_DATE",
        },
    ),
    "aire_livraison__hauts_de_seine.csv": Expected(
        1007, 16, "csv", ";",
        {
            Type.INTEGER: "id lim_vitesse",
            Type.POSTCODE: "cp",
            Type.COMMUNE: "code_insee",
            Type.DECIMAL: "longueur largeur tonnage",
            Type.TIME: "h_debut h_fin",
            Type.GEOMETRY: "geo_shape",
            Type.POINT: "geo_point_2d",
        },
    ),
    "amenagements_cyclables__exemple.json": Expected(
        1, 31, "geojson", "",
        {
            Type.INTEGER: "id_osm largeur_d largeur_g trafic_vit",
            Type.LIST: "nom_loc",
            Type.COMMUNE: "code_com_d code_com_g",
            Type.DATE: "date_maj",
            Type.BOOLEAN: "lumiere",
            Type.YEAR: "d_service",
            Type.GEOMETRY: "geometry",
        },
    ),
    "arrete_circulation__septemes.csv": Expected(
        4, 36, "csv", ",",
        {
            Type.INTEGER: "ID REGL_ARTICLE",
            Type.COMMUNE: "COLL_INSEE",
            Type.DECIMAL: "VEH_TONNAGE",
        },
    ),
    "arrete_circulation__vence.csv": Expected(
        9, 36, "csv", ",",
        {
            Type.INTEGER: "ID REGL_ARTICLE VEH_TONNAGE",
            Type.COMMUNE: "COLL_INSEE",
            Type.DATE: "ARR_DATE",
        },
    ),
    "bal__1.5_valide.csv": Expected(
        2, 16, "csv", ";",
        {
            Type.COMMUNE: "commune_insee",
            Type.INTEGER: "numero",
            Type.LONGITUDE: "long",
            Type.LATITUDE: "lat",
            Type.DECIMAL: "x y",
            Type.DATE: "date_der_maj",
        },
    ),
    "bal__sample.csv": Expected(
        15, 13, "csv", ";",
        {
            Type.DECIMAL: "numero x y",
            Type.LONGITUDE: "long",
            Type.LATITUDE: "lat",
            Type.DATE: "date_der_maj",
        },
        "bom read-as",
    ),
    "budget__crach_001.csv": Expected(
        201, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.INTEGER: "BGT_OPERATION",
            Type.DECIMAL: "BGT_MTREAL BGT_MTBUDGPREC BGT_MTRARPREC BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV",
        },
    ),
    "budget__crach_annexe_bp2022.csv": Expected(
        21, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.DECIMAL: "BGT_MTREAL BGT_MTBUDGPREC BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV",
        },
    ),
    "budget__crach_annexe_ca2021.csv": Expected(
        20, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.DECIMAL: "BGT_MTREAL BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV",
        },
    ),
    "budget__crach_ca2021.csv": Expected(
        196, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.INTEGER: "BGT_OPERATION",
            Type.DECIMAL: "BGT_MTREAL BGT_MTRARPREC BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV BGT_MTRAR3112",
        },
    ),
    "budget__crach_dm2_2021.csv": Expected(
        185, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.INTEGER: "BGT_OPERATION",
            Type.DECIMAL: "BGT_MTREAL BGT_MTBUDGPREC BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV",
        },
    ),
    "budget__crach_dm3_2021.csv": Expected(
        186, 22, "csv", ",",
        {
            Type.YEAR: "BGT_ANNEE",
            Type.SIRET: "BGT_SIRET",
            Type.INTEGER: "BGT_OPERATION",
            Type.DECIMAL: "BGT_MTREAL BGT_MTBUDGPREC BGT_MTPROPNOUV BGT_MTPREV BGT_CREDOUV",
        },
    ),
    "catalogue_donnees__exemple.csv": Expected(
        1, 17, "csv", ",",
        {
            Type.SIRET: "siret_orga",
            Type.EMAIL: "contact_service contact_personne",
            Type.DATE: "date_pub date_maj",
            Type.URL: "url",
        },
    ),
    "collectivites__exemple.csv": Expected(
        8, 10, "csv", ",",
        {
            Type.COMMUNE: "codeInsee",
            Type.LIST: "codeDepartements codeRegions",
            Type.SIREN: "codeEpci siren",
            Type.DATETIME: "createdAt updatedAt",
        },
        "check-digit offset",
    ),
    "comptage_channel__eco.csv": Expected(
        10, 19, "csv", ",",
        {
            Type.INTEGER: "channel_id site_id time_step",
            Type.DATETIME: "started_at ended_at last_updated_at",
        },
        "offset",
    ),
    "comptage_measure__exemple.csv": Expected(
        9, 5, "csv", ",",
        {
            Type.DATETIME: "start_datetime end_datetime",
            Type.INTEGER: "count",
        },
        "offset",
    ),
    "comptage_site__eco.csv": Expected(
        3, 8, "csv", ",",
        {
            Type.INTEGER: "site_id",
            Type.LONGITUDE: "xlong",
            Type.LATITUDE: "ylat",
        },
    ),
    "comptage_site__exemple.csv": Expected(
        1, 8, "csv", ",",
        {
            Type.COMMUNE: "fr_insee_code",
            Type.LONGITUDE: "xlong",
            Type.LATITUDE: "ylat",
        },
    ),
    "covoiturage__exemple.csv": Expected(
        1, 18, "csv", ",",
        {
            Type.COMMUNE: "insee",
            Type.DATE: "date_maj",
            Type.BOOLEAN: "ouvert horaires lumiere",
            Type.INTEGER: "source nbre_pl nbre_pmr",
            Type.LONGITUDE: "Xlong",
            Type.LATITUDE: "Ylat",
        },
    ),
    "decp__ci_raw_marches.json": Expected(
        3, 17, "json", "",
        {
            Type.LIST: "modifications titulaires",
            Type.INTEGER: "dureeMois",
            Type.DATE: "datePublicationDonnees dateNotification",
            Type.DECIMAL: "montant",
            Type.SIRET: "acheteur.id",
        },
    ),
    "decp__exemple_tabulaire.csv": Expected(
        4, 33, "csv", ",",
        {
            Type.INTEGER: "id offresRecues idAccordCadre dureeMois",
            Type.SIRET: "acheteur_id titulaire_id",
            Type.BOOLEAN: "attributionAvance marcheInnovant sousTraitanceDeclaree donneesActuelles",
            Type.DECIMAL: "tauxAvance origineUE origineFrance montant",
            Type.DATE: "dateNotification datePublicationDonnees",
        },
        "large-integers",
    ),
    "decp__marches_avec_modifications.json": Expected(
        2, 32, "json", "",
        {
            Type.INTEGER: "acheteur.id offresRecues idAccordCadre tauxAvance dureeMois montant",
            Type.BOOLEAN: "marcheInnovant attributionAvance sousTraitanceDeclaree",
            Type.DECIMAL: "origineUE origineFrance",
            Type.LIST: (
                "typesPrix.typePrix considerationsEnvironnementales.considerationEnvironnementale "
                "considerationsSociales.considerationSociale techniques.technique "
                "modalitesExecution.modaliteExecution titulaires actesSousTraitance modifications "
                "modificationsActesSousTraitance"
            ),
            Type.DATE: "datePublicationDonnees dateNotification",
        },
    ),
    "dispositif_aide__exemple.csv": Expected(
        1, 15, "csv", ",",
        {
            Type.URL: "url_source",
            Type.DATETIME: "date_ouverture date_cloture date_mise_a_jour",
        },
        "offset",
    ),
    "ens__exemple.csv": Expected(
        1, 9, "csv", ",",
        {
            Type.DATE: "date_delib",
            Type.BOOLEAN: "diffusion_carto",
            Type.DECIMAL: "surface_off",
            Type.URL: "lien",
            Type.YEAR: "millesime",
        },
    ),
    "equipements_velo__exemple.csv": Expected(
        2, 24, "csv", ",",
        {
            Type.INTEGER: "id_local capacite X Y",
            Type.BOOLEAN: "couvert payant acces_pmr",
            Type.LONGITUDE: "long",
            Type.LATITUDE: "lat",
            Type.DATE: "date_maj",
        },
    ),
    "fontaine_eau__exemple.csv": Expected(
        3, 15, "csv", ",",
        {
            Type.SIREN: "siren_gestionnaire",
            Type.LATITUDE: "latitude",
            Type.LONGITUDE: "longitude",
            Type.COMMUNE: "code_commune_insee",
            Type.DATE: "date_installation indisponible",
            Type.BOOLEAN: "accessible_pmr remplissage_contenant_possible",
        },
    ),
    "hautes_remunerations__exemple.csv": Expected(
        2, 9, "csv", ";",
        {
            Type.SIREN: "siren",
            Type.YEAR: "annee",
            Type.INTEGER: "somme_10_plus_hautes_remunerations_brutes nb_femmes_beneficiaires nb_hommes_beneficiaires duree_cumulee_mois",
        },
    ),
    "irve_dynamique__exemple.csv": Expected(
        2, 8, "csv", ",",
        {
            Type.DATETIME: "horodatage",
        },
        "offset",
    ),
    "irve_statique__exemple.csv": Expected(
        2, 40, "csv", ",",
        {
            Type.SIREN: "siren_amenageur",
            Type.EMAIL: "contact_amenageur contact_operateur",
            Type.TELEPHONE: "telephone_operateur",
            Type.COMMUNE: "code_insee_commune",
            Type.POINT: "coordonneesXY",
            Type.INTEGER: "nbre_pdc puissance_nominale num_pdl",
            Type.BOOLEAN: (
                "prise_type_ef prise_type_2 prise_type_combo_ccs prise_type_chademo prise_type_autre gratuit "
                "paiement_acte paiement_cb paiement_autre reservation station_deux_roues cable_t2_attache"
            ),
            Type.DATE: "date_mise_en_service date_maj",
        },
    ),
    "mediation_numerique__exemple.csv": Expected(
        1, 32, "csv", ",",
        {
            Type.SIRET: "pivot",
            Type.POSTCODE: "code_postal",
            Type.COMMUNE: "code_insee",
            Type.LATITUDE: "latitude",
            Type.LONGITUDE: "longitude",
            Type.TELEPHONE: "telephone",
            Type.URL: "site_web fiche_acces_libre prise_rdv",
            Type.DATE: "date_maj",
        },
    ),
    "passage_a_niveau__exemple.csv": Expected(
        1, 12, "csv", ",",
        {
            Type.BOOLEAN: "diffr",
            Type.DATE: "date_maj",
            Type.INTEGER: "source",
            Type.LONGITUDE: "xlong_wgs84",
            Type.LATITUDE: "ylat_wgs84",
        },
    ),
    "projets_territoire__exemple.csv": Expected(
        5, 22, "csv", ",",
        {
            Type.DATETIME: "createdAt updatedAt",
            Type.INTEGER: "budgetPrevisionnel tetId",
            Type.DATE: "dateDebutPrevisionnelle",
            Type.SIRET: "porteurCodeSiret",
            Type.EMAIL: "porteurReferentEmail",
            Type.TELEPHONE: "porteurReferentTelephone",
            Type.LIST: "competences leviers collectiviteIds",
        },
        "check-digit offset",
    ),
    "randonnee__exemple.json": Expected(
        8, 39, "geojson", "",
        {
            Type.INTEGER: "id_local longueur altitude_max altitude_min denivele_positif denivele_negatif",
            Type.EMAIL: "contact",
            Type.URL: "url",
            Type.DECIMAL: "duree",
            Type.GEOMETRY: "parking_geometrie geometry",
            Type.DATE: "date_creation date_modification",
            Type.LIST: "medias",
        },
        "read-as",
    ),
    "reemploi__exemple.csv": Expected(
        3, 9, "csv", ",",
        {
            Type.YEAR: "annee",
            Type.SIRET: "siret",
            Type.DECIMAL: "montant_total montant_reemploi_et_reutilisation montant_produits_issus_don montant_produits_recycles",
        },
    ),
    "sdirve__exemple.csv": Expected(
        1, 36, "csv", ",",
        {
            Type.DATE: "date_realisation_diagnostic date_adoption_sdirve date_objectifs",
            Type.COMMUNE: "code_commune_insee",
            Type.INTEGER: (
                "existant_nb_pdc_intervalle_1 existant_nb_pdc_intervalle_2 existant_nb_pdc_intervalle_3 "
                "existant_nb_pdc_intervalle_4 evaluation_developpement_nb_pdc_intervalle_1 "
                "evaluation_developpement_nb_pdc_intervalle_2 evaluation_developpement_nb_pdc_intervalle_3 "
                "evaluation_developpement_nb_pdc_intervalle_4 estimation_vehicules_particuliers_electriques "
                "estimation_vehicules_particuliers_hybrides_rechargeables objectifs_nb_pdc_intervalle_1 "
                "objectifs_nb_pdc_intervalle_2 objectifs_nb_pdc_intervalle_3 objectifs_nb_pdc_intervalle_4 "
                "objectifs_nb_total_stations objectifs_nb_pdc_usage_residentiel_intervalle_1 "
                "objectifs_nb_pdc_usage_professionnel_intervalle_1 "
                "objectifs_nb_pdc_usage_occasionnel_transit_intervalle_1 "
                "objectifs_nb_pdc_usage_residentiel_intervalle_2 objectifs_nb_pdc_usage_professionnel_intervalle_2 "
                "objectifs_nb_pdc_usage_occasionnel_transit_intervalle_2 "
                "objectifs_nb_pdc_usage_residentiel_intervalle_3 objectifs_nb_pdc_usage_professionnel_intervalle_3 "
                "objectifs_nb_pdc_usage_occasionnel_transit_intervalle_3 "
                "objectifs_nb_pdc_usage_residentiel_intervalle_4 objectifs_nb_pdc_usage_professionnel_intervalle_4 "
                "objectifs_nb_pdc_usage_occasionnel_transit_intervalle_4"
            ),
            Type.DECIMAL: "existant_nb_moyen_recharges existant_duree_moyenne_recharges existant_taux_disponibilite_moyen",
            Type.URL: "url_sdirve",
        },
    ),
    "sites_eco__etablissement.csv": Expected(
        1, 30, "csv", ";",
        {
            Type.SIRET: "SIRET",
            Type.SIREN: "SIREN epci_siren",
            Type.INTEGER: "etab_nat_juridique",
            Type.COMMUNE: "comm_insee",
            Type.BOOLEAN: "etab_siege etab_actif",
            Type.DATE: "etab_creation_date etab_identif_date etab_actu_date etab_fermeture_date",
            Type.YEAR: "etab_effectif_annee",
            Type.GEOMETRY: "etab_geompoint",
            Type.EMAIL: "etab_contact_mail",
            Type.TELEPHONE: "etab_contact_tel",
        },
    ),
    "sites_eco__site.csv": Expected(
        1, 62, "csv", ";",
        {
            Type.DECIMAL: "site_surf_brute site_surf_utile site_surf_comm_dispo",
            Type.YEAR: "site_creation_date",
            Type.DATE: "site_identif_date site_actu_date",
            Type.URL: "site_url site_media",
            Type.SIREN: "site_epci_siren",
            Type.COMMUNE: "site_comm_insee",
            Type.INTEGER: (
                "site_uf_nbre site_uf_vacant_nbre site_taux_vacance site_uf_bati_nbre site_nb_etab site_nb_emploi "
                "site_surf_projet autoroute_echang_dist gare_dist gare_fret_dist aeroport_dist port_dist"
            ),
            Type.LIST: "site_geomsurf",
            Type.POINT: "site_geompoint",
            Type.BOOLEAN: (
                "site_voca_industrielle site_voca_commerciale site_voca_tertiaire site_voca_artisanale "
                "site_voca_touristique site_voca_portuaire site_voca_aeroportuaire reseau_eau_pluviale "
                "reseau_eau_potable reseau_assainissement reseau_gaz reseau_electrique reseau_fibre_optique "
                "reseau_fret_ferroviaire reseau_fluvial desserte_tc"
            ),
        },
    ),
    "stationnement__exemple.csv": Expected(
        2, 30, "csv", ",",
        {
            Type.COMMUNE: "insee",
            Type.URL: "url",
            Type.BOOLEAN: "gratuit",
            Type.INTEGER: (
                "nb_places nb_pr nb_pmr nb_voitures_electriques nb_velo nb_2r_el nb_autopartage nb_2_rm nb_covoit "
                "hauteur_max tarif_24h"
            ),
            Type.SIRET: "num_siret",
            Type.LONGITUDE: "Xlong",
            Type.LATITUDE: "Ylat",
            Type.DECIMAL: "tarif_1h tarif_2h tarif_3h tarif_4h abo_resident abo_non_resident",
        },
        "missing-marks",
    ),
    "stationnement_cyclable__exemple.csv": Expected(
        1, 21, "csv", ",",
        {
            Type.COMMUNE: "code_com",
            Type.POINT: "coordonneesxy",
            Type.INTEGER: "capacite capacite_cargo gratuit couverture surveillance lumiere",
            Type.URL: "url_info",
            Type.YEAR: "d_service",
            Type.DATE: "date_maj",
        },
    ),
    "subventions__antibes.csv": Expected(
        29, 16, "csv", ",",
        {
            Type.SIRET: "idAttribuant idBeneficiaire",
            Type.DATE: "dateConvention",
            Type.DECIMAL: "montant pourcentageSubvention",
            Type.BOOLEAN: "notificationUE",
        },
    ),
    "subventions__invalide_cellules.csv": Expected(
        29, 15, "csv", ",",
        {
            Type.INTEGER: "idAttribuant idRAE",
            Type.DATE: "dateConvention",
            Type.DECIMAL: "idBeneficiaire montant pourcentageSubvention",
            Type.BOOLEAN: "notificationUE",
        },
        "read-as",
    ),
    "synthetique/catalogue.csv": Expected(
        4, 20, "csv", ",",
        {
            Type.SIRET: "COLL_SIRET PRODUCTEUR_SIRET",
            Type.DATE: "COUV_TEMP_DEBUT COUV_TEMP_FIN DATE_PUBL DATE_MAJ",
            Type.INTEGER: "NOMBRE_RESSOURCES",
            Type.URL: "URL",
        },
        "check-digit",
    ),
    "synthetique/consommation-energie-batiments.csv": Expected(
        15, 14, "csv", ",",
        {
            Type.SIRET: "siret",
            Type.COMMUNE: "insee",
            Type.YEAR: "annee",
            Type.INTEGER: "surface_m2 consommation_kwh emissions_kgco2e depense_eur",
        },
        "check-digit",
    ),
    "synthetique/dechets-tonnages.csv": Expected(
        27, 8, "csv", ",",
        {
            Type.SIREN: "collectivite_siren",
            Type.YEAR: "annee",
            Type.DECIMAL: "tonnage",
            Type.INTEGER: "population_desservie",
        },
        "check-digit",
    ),
    "synthetique/deliberations.csv": Expected(
        120, 17, "csv", ",",
        {
            Type.SIRET: "COLL_SIRET",
            Type.DATE: "DELIB_DATE PREF_DATE",
            Type.YEAR: "BUDGET_ANNEE",
            Type.INTEGER: "VOTE_EFFECTIF VOTE_REEL VOTE_POUR VOTE_CONTRE VOTE_ABSTENTION",
        },
        "check-digit",
    ),
    "synthetique/eclairage-public.csv": Expected(
        3, 10, "csv", ",",
        {
            Type.SIREN: "siren",
            Type.COMMUNE: "insee",
            Type.YEAR: "annee",
            Type.INTEGER: "points_lumineux puissance_kw consommation_kwh",
            Type.DECIMAL: "part_led",
            Type.BOOLEAN: "extinction_nocturne",
            Type.TIME: "heure_extinction heure_rallumage",
        },
        "check-digit",
    ),
    "synthetique/elus.csv": Expected(
        27, 10, "csv", ",",
        {
            Type.SIREN: "siren",
            Type.COMMUNE: "insee",
            Type.DATE: "date_debut_mandat",
        },
        "check-digit",
    ),
    "synthetique/equipements.csv": Expected(
        11, 21, "csv", ",",
        {
            Type.SIRET: "COLL_SIRET",
            Type.INTEGER: "ADR_NUMERO",
            Type.POSTCODE: "ADR_CODEPOSTAL",
            Type.LATITUDE: "EQUIP_LAT",
            Type.LONGITUDE: "EQUIP_LONG",
        },
        "check-digit",
    ),
    "synthetique/menus-collectifs.csv": Expected(
        120, 26, "csv", ",",
        {
            Type.SIRET: "menuCollSiret",
            Type.COMMUNE: "menuRestaurantInsee",
            Type.DATE: "menuDate",
            Type.LIST: "menuPlatSiqo menuPlatRegime",
            Type.DATETIME: "menuPublicationDate",
        },
        "check-digit offset",
    ),
    "synthetique/points-apport-volontaire.csv": Expected(
        40, 11, "csv", ",",
        {
            Type.COMMUNE: "insee",
            Type.INTEGER: "volume_m3",
            Type.BOOLEAN: "acces_pmr",
            Type.LONGITUDE: "longitude",
            Type.LATITUDE: "latitude",
            Type.DATE: "date_maj",
        },
    ),
    "synthetique/prenoms.csv": Expected(
        60, 6, "csv", ",",
        {
            Type.COMMUNE: "COLL_INSEE",
            Type.INTEGER: "NOMBRE_OCCURRENCES",
            Type.YEAR: "ANNEE",
        },
    ),
    "synthetique/qualite-air.csv": Expected(
        365, 10, "csv", ",",
        {
            Type.COMMUNE: "insee",
            Type.SIREN: "siren_epci",
            Type.DATE: "date_indice",
            Type.INTEGER: "indice_atmo",
        },
        "check-digit",
    ),
    "taxi__exemple.csv": Expected(
        17, 8, "csv", ";",
        {
            Type.COMMUNE: "insee",
            Type.POINT: "geopoint",
            Type.INTEGER: "emplacements",
            Type.TELEPHONE: "no_appel",
        },
    ),
    "vehicules_faibles_emissions__exemple.csv": Expected(
        1, 75, "csv", ",",
        {
            Type.SIREN: "sirenDeclarant sirenCouvert",
            Type.INTEGER: (
                "cj nbVP nbVPEL nbVPH2 nbVPclean nbN1 nbN1inf nbN1infEL nbN1infH2 nbN1infclean nbN1sup nbN1supEL "
                "nbN1supH2 nbN1supclean nbL nbLEL nbLH2 nbN23 nbN23EL nbN23H2 nbN23EHRE nbN23GNV nbN23GPL nbN23Bio "
                "nbN23XTL nbBus nbBusM2 nbBusM2EL nbBusM2H2 nbBusM2clean nbBusM2EHRE nbBusM2GNV nbBusM2bioGNV "
                "nbBusM2GPL nbBusM2Bio nbBusM2XTL nbBusM2EuroVI nbBusM3 nbBusM3EL nbBusM3H2 nbBusM3EHRE nbBusM3GNV "
                "nbBusM3bioGNV nbBusM3GPL nbBusM3Bio nbBusM3XTL nbBusM3EuroVI nbCar nbCarM2 nbCarM2EL nbCarM2H2 "
                "nbCarM2clean nbCarEL nbCarH2 nbCarEHRE nbCarGNV nbCarbioGNV nbCarGPL nbCarBio nbCarXTL nbCarEuroVI"
            ),
            Type.YEAR: "annee",
            Type.DECIMAL: "pcentLDVFE pcentLDVTFE pcentLDVclean pcent23RMTFE pcentPLclean pcentTCFE pcentBusclean pcentBusTFE",
        },
    ),
    "zfe__voies.geojson": Expected(
        4, 16, "geojson", "",
        {
            Type.DATE: "date_debut date_fin",
            Type.URL: "url_arrete url_site",
            Type.GEOMETRY: "geometry",
        },
    ),
    "zfe__zone.geojson": Expected(
        1, 16, "geojson", "",
        {
            Type.DATE: "date_debut date_fin",
            Type.URL: "url_arrete url_site",
            Type.GEOMETRY: "geometry",
        },
    ),
}  # fmt: skip
